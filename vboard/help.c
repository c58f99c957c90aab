/* SPDX-License-Identifier: MIT
 * The help texts of the command. */
#include "help.h"

static const char main_text[] =
    "vboard - a virtual NUCLEO-F767ZI that runs unmodified firmware\n"
    "\n"
    "The board executes a firmware binary instruction by instruction on models of the\n"
    "STM32F767ZI, its LEDs, button and consoles, and a USB stick backed by a disk image.\n"
    "Time is virtual: the same words give the same run. The board is strict: firmware that\n"
    "would misbehave on the chip ends the run, with the rule it broke.\n"
    "\n"
    "  vboard run ...      run firmware           (vboard run --help)\n"
    "  vboard rules        list what is checked   (--json for tools)\n"
    "  vboard params       list what can be varied with --param (--json for tools)\n"
    "  vboard quirks       list what can be wrong with the stick, for --stick-quirk\n"
    "                      (--json for tools)\n"
    "\n"
    "For a start:\n"
    "  vboard run --load firmware.elf\n"
    "      power on, show both consoles, stop after 10 virtual seconds\n"
    "  vboard run --load loader.elf --stick stick.img --until \"application\" --for 60000\n"
    "      run until a console says \"application\", for 60 virtual seconds at most\n"
    "\n"
    "Exit status: 0 as asked, 2 lock-up (or asleep for ever) and no watchdog runs,\n"
    "3 violation, 4 --for ran out before --until, 5 bad usage, 6 unmodelled access,\n"
    "128+N ended by signal N.\n";

static const char run_text[] =
    "vboard run - run firmware on the virtual board\n"
    "\n"
    "What runs:\n"
    "  --load FILE.elf        put a program into flash or RAM (by load address); its symbols\n"
    "                         name the places of findings. Repeat for more files.\n"
    "  --load FILE.bin@ADDR   put raw bytes at an address, such as app.bin@0x08040000\n"
    "  --flash IMG            2 MB flash image: read at the start (made blank if missing),\n"
    "                         written back at every end\n"
    "  --flash-size KB        2048 or 1024; what the chip says it has\n"
    "  --optcr V, --optcr1 V  option bytes, such as --optcr 0xDFFFAAFD for dual bank\n"
    "What happens to it (all times in virtual milliseconds from the first power-on):\n"
    "  --stick IMG            disk image of a USB stick, there from the start unless\n"
    "  --plug-at MS           it is plugged later, or\n"
    "  --unplug-at MS         pulled out\n"
    "  --stick-quirk NAME[=VALUE]  something that this stick does its own way, or wrong\n"
    "                         (vboard quirks); repeat for more\n"
    "  --button-at MS[:MS]    press B1, and release it; repeat for more\n"
    "  --supply MV@MS         the supply voltage changes; repeat for more\n"
    "  --cut-op N[:before|torn]  cut the power before flash operation N (erases and word\n"
    "                         programs, counted over all boots), or in its middle\n"
    "  --cut-at MS            cut the power at a time; it returns after --param power_off_ms\n"
    "  --seed N               seeds everything random: RAM at power-on, torn bits (1)\n"
    "  --param NAME=VALUE     change a constant of chip or board (vboard params)\n"
    "When it ends:\n"
    "  --until TEXT           as soon as a console has sent TEXT (--for 600000 is understood)\n"
    "  --for MS               after this time; without --until and --for: 10000\n"
    "What comes out:\n"
    "  stdout                 what UART4 and USART3 send\n"
    "  stderr                 findings, lock-ups\n"
    "  --uart FILE            the consoles' text\n"
    "  --events FILE          JSON lines: LED, reset, flash, USB, finding, ... (docs/vboard.md)\n"
    "  --json                 a summary as JSON on stdout at the end; the consoles' text\n"
    "                         then goes to stderr\n"
    "  --dump-at-entry FILE   every register at the first instruction of another vector\n"
    "                         table's reset handler (an application, say)\n"
    "How strict it is:\n"
    "  --no-strict            violations are reported and counted, the run goes on\n"
    "  --advice-is-error      what is legal but costly or fragile ends the run too\n"
    "  --allow-unmodelled     registers outside the model read 0 and ignore writes\n"
    "\n"
    "Examples:\n"
    "  vboard run --load blink.elf --for 3000 --events events.jsonl\n"
    "  vboard run --load loader.elf --flash chip.img --stick stick.img --until started\n"
    "  vboard run --load loader.elf --stick stick.img --cut-op 700:torn --cut-at 9000\n"
    "  vboard run --load loader.elf --stick stick.img --stick-quirk ready-ms=29000\n"
    "  vboard run --load other.elf --allow-unmodelled --no-strict --json\n"
    "\n"
    "Exit status: 0 as asked, 2 lock-up (or asleep for ever) and no watchdog runs,\n"
    "3 violation, 4 --for ran out before --until, 5 bad usage, 6 unmodelled access,\n"
    "128+N ended by signal N.\n";

void help_main(FILE *out)
{
    fputs(main_text, out);
}

void help_run(FILE *out)
{
    fputs(run_text, out);
}

void help_lists(FILE *out, const char *command)
{
    fprintf(out,
            "vboard %s [--json] - list the board's %s as a table, or as a JSON array\n"
            "\nExample:  vboard %s --json | python3 -m json.tool\n",
            command, command, command);
}
