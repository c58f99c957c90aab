# Stickboot's front door. `make` alone shows what there is.
#
# Everything that `demo` and `test` need is set up by scripts/setup (Debian packages; as another
# user than root it names what to install). CONSOLE=usart3 moves the console from UART4 to the
# ST-LINK's virtual COM port. POLICY and KEYS (a folder with public keys) decide which images the
# loader takes; `make release KEYS=folder` builds the loader of a product.

CONSOLE ?= uart4
POLICY  ?= open
KEYS    ?= keys/none
HOST    := build/host
FW      := build/firmware
RELEASE := build/release
CMAKE   := cmake --log-level=WARNING
NINJA   := ninja --quiet

.DEFAULT_GOAL := help
.PHONY: help setup build release demo test soak mutants bench fuzz coverage lint format flash flash-app clean

help: ## show this help
	@echo "Stickboot: a USB-stick bootloader for STM32, and a virtual board to run it on."
	@echo
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 18
	@echo
	@echo "Options: POLICY=open (default) or POLICY=release; KEYS=folder with public keys"
	@echo "         (default keys/none; keys/development for trying out signed images)"
	@echo "         CONSOLE=uart4 (PC10/PC11, default) or CONSOLE=usart3 (ST-LINK's COM port)"

setup: ## install what is needed (Debian 12; as root)
	@scripts/setup

build: setup ## build loader, applications, virtual board and tests
	@$(CMAKE) --preset firmware -DCONSOLE=$(CONSOLE) -DPOLICY=$(POLICY) -DKEYS=$(KEYS) >/dev/null
	@$(NINJA) -C $(FW)
	@$(CMAKE) --preset host >/dev/null
	@$(NINJA) -C $(HOST)

release: setup ## build the loader of a product: make release KEYS=folder
	@$(CMAKE) --preset release -DCONSOLE=$(CONSOLE) -DKEYS=$(KEYS) >/dev/null
	@$(NINJA) -C $(RELEASE) stickboot
	@echo "release: $(RELEASE)/stickboot.bin trusts the keys of $(KEYS)"

demo: build ## watch an upgrade from a stick, with a power cut in the middle
	@scripts/demo $(HOST) $(FW)

test: build ## run all tests
	@scripts/size_report $(FW)
	@ctest --test-dir $(HOST) --output-on-failure -j 2 --no-tests=error

soak: build ## cut the power everywhere, for hours; goes on where it was stopped
	@scripts/soak $(HOST)

mutants: build ## take out each guard of the install and see the power cuts notice
	@scripts/mutants $(HOST)

bench: build ## measure upgrades, starts, USB and sizes on the virtual board, beside what the hardware needs
	@$(HOST)/test/bench/bench --json build/bench.json
	@echo "as JSON: build/bench.json; scripts/speed_tables build/bench.json puts it into docs/speed.md"

fuzz: build ## fuzz each parser for FUZZ_SECONDS (60), or up to FUZZ_TOTAL executions; goes on where it stopped
	@nice scripts/fuzz $(HOST)

coverage: setup ## show the line coverage of src/fs and src/usb
	@scripts/coverage

lint: build ## check style, includes and static analysis
	@scripts/lint $(HOST) $(FW)

format: ## lay out all sources with clang-format
	@git ls-files '*.c' '*.h' | xargs clang-format -i

flash: build ## write the loader to a NUCLEO-F767ZI (OpenOCD or st-flash)
	@scripts/flash $(FW)

flash-app: build ## write an application with its records: make flash-app APP=image
	@scripts/flash_app $(HOST)/tools/stickboot "$(APP)"

clean: ## remove everything that was built (downloads are kept)
	@rm -rf $(HOST) $(FW) $(RELEASE) build/demo
