#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Pads an application to an exact size, for tests: pad.py IN OUT BYTES. The padding is
pseudo-random (xorshift32, the same at every build), so that no word of it is blank flash."""
import pathlib
import sys


def padding(length, seed):
    words = bytearray()
    x = seed
    while len(words) < length:
        x ^= x << 13 & 0xFFFFFFFF
        x ^= x >> 17
        x ^= x << 5 & 0xFFFFFFFF
        words += x.to_bytes(4, "little")
    return bytes(words[:length])


source, target, size = sys.argv[1], sys.argv[2], int(sys.argv[3], 0)
image = pathlib.Path(source).read_bytes()
if len(image) > size:
    sys.exit(f"pad.py: {source} has {len(image)} bytes, more than {size}")
pathlib.Path(target).write_bytes(image + padding(size - len(image), size))
