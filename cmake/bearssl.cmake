# The few functions of BearSSL that src/image uses, built from Debian's source package.
if(NOT EXISTS "${BEARSSL_DIR}/inc/bearssl_hash.h")
  message(FATAL_ERROR "BearSSL's source is not in ${BEARSSL_DIR}: run scripts/setup (or make test)")
endif()
# ECDSA verification on P-256. It names two more curves, which ec_p256_m31 never lets it reach: with
# P-256 in their place, their 400 bytes of constants are not needed.
set(bearssl_ec codec/ccopy.c ec/ec_p256_m31.c ec/ec_secp256r1.c ec/ecdsa_atr.c ec/ecdsa_i31_bits.c ec/ecdsa_i31_vrfy_asn1.c
  ec/ecdsa_i31_vrfy_raw.c int/i31_add.c int/i31_bitlen.c int/i31_decmod.c int/i31_decode.c
  int/i31_encode.c int/i31_fmont.c int/i31_iszero.c int/i31_modpow.c int/i31_montmul.c
  int/i31_muladd.c int/i31_ninv31.c int/i31_rshift.c int/i31_sub.c int/i31_tmont.c int/i32_div32.c)
list(TRANSFORM bearssl_ec PREPEND ${BEARSSL_DIR}/src/)
add_library(bearssl STATIC
  ${bearssl_ec}
  ${BEARSSL_DIR}/src/hash/md5.c
  ${BEARSSL_DIR}/src/hash/sha2small.c
  ${BEARSSL_DIR}/src/codec/dec32le.c
  ${BEARSSL_DIR}/src/codec/dec32be.c
  ${BEARSSL_DIR}/src/codec/enc32le.c
  ${BEARSSL_DIR}/src/codec/enc32be.c)
target_include_directories(bearssl SYSTEM PUBLIC ${BEARSSL_DIR}/inc PRIVATE ${BEARSSL_DIR}/src)
set_source_files_properties(${BEARSSL_DIR}/src/ec/ecdsa_i31_vrfy_raw.c PROPERTIES
  COMPILE_DEFINITIONS "br_secp384r1=br_secp256r1;br_secp521r1=br_secp256r1")
# Hashing is most of what a start and the end of an upgrade take: 7 % less of it for 136 bytes.
set_source_files_properties(${BEARSSL_DIR}/src/hash/sha2small.c PROPERTIES COMPILE_OPTIONS -O3)
