# Two commands: `make run` starts everything on this machine, `make test` runs what CI runs. `make` alone lists the rest.

SHELL := /bin/bash
PORT ?= 8000
# Outside the clone: a clone stays small, and several clones share what they have built.
export CARGO_TARGET_DIR ?= $(HOME)/.cache/kazumi/target
kazumi := $(CARGO_TARGET_DIR)/debug/kazumi
measured = $(or $(KAZUMI_BIN),$(CARGO_TARGET_DIR)/release/kazumi)
load := $(CARGO_TARGET_DIR)/release/kazumi-bench
# Where tools/install.sh puts the Python servers to compare with.
bench_python = $(or $(KAZUMI_TOOLS_DIR),$(HOME)/.cache/kazumi-tools)/chat-peers/bin/python
# --chat: conversations alone. --documents: everything else alone. Without either, both.
bench_arguments = $(filter-out --chat --documents,$(ARGS))
bench_documents = $(if $(filter --chat,$(ARGS)),,yes)
bench_chat = $(if $(filter --documents,$(ARGS)),,yes)
step := tools/step.sh
frontend_sources := $(shell find frontend -name node_modules -prune -o -name dist -prune -o -name e2e -prune -o -type f -print 2>/dev/null)

.PHONY: help run build test test-long bench format clean
.DELETE_ON_ERROR:

help:
	@echo "make run          start everything on http://127.0.0.1:$(PORT)   (PORT=…; FRESH=1 begins anew)"
	@echo "make test         everything CI runs   (PARTS=\"lint unit api faults browser operations\")"
	@echo "make test-long    tests that take minutes"
	@echo "make bench        figures, with a release build   (ARGS=\"--quick\", --chat or --documents for one half, --docs docs to write docs/performance.md)"
	@echo "make format       format the sources"
	@echo "make clean        remove what was built in the clone"

run: build
	@exec $(kazumi) dev --port $(PORT) --static frontend/dist $(if $(FRESH),--fresh)

build: frontend/dist/index.html
	@$(step) "build the server" cargo build --quiet --locked

test: frontend/node_modules/.installed
	@$(step) "find what the tests need" tools/install.sh test
	@tools/test.sh $(PARTS)

test-long: frontend/node_modules/.installed
	@$(step) "find what the tests need" tools/install.sh test
	@tools/test.sh long

# KAZUMI_BIN measures another build than this clone's.
bench: frontend/node_modules/.installed bench/peers/node_modules/.installed
	@$(if $(KAZUMI_BIN),,$(step) "build the server for figures" cargo build --release --quiet --locked)
	@$(step) "build the load generator" cargo build --release --quiet --locked --package kazumi-bench
	@$(if $(bench_documents),KAZUMI_BIN=$(measured) $(step) "keystroke to paint" npm --prefix frontend run bench:latency)
	@$(if $(bench_documents),KAZUMI_BIN=$(measured) $(step) "collaboration under load" $(load) run $(bench_arguments))
	@$(if $(bench_chat),$(step) "find the chat servers to compare with" tools/install.sh bench)
	@$(if $(bench_chat),KAZUMI_BIN=$(measured) KAZUMI_BENCH_PYTHON=$(bench_python) $(step) "conversations under load" $(load) chat $(bench_arguments))

format:
	@cargo fmt
	@npm --prefix frontend run format

clean:
	@rm -rf frontend/dist frontend/node_modules bench/peers/node_modules tests/clients/node_modules tools/postgres/node_modules

# What is missing on the machine is found out before anything is built; nothing is asked when all is there.
.PHONY: machine
machine:
	@$(step) "find what is needed" tools/install.sh run

# Only a changed lock file installs again.
frontend/node_modules/.installed: frontend/package-lock.json | machine
	@$(step) "install the browser application's packages" npm ci --prefix frontend --no-audit --no-fund --silent
	@touch $@

bench/peers/node_modules/.installed: bench/peers/package-lock.json | machine
	@$(step) "install the servers to compare with" npm ci --prefix bench/peers --no-audit --no-fund --silent
	@touch $@

frontend/dist/index.html: frontend/node_modules/.installed $(frontend_sources)
	@$(step) "build the browser application" npm --prefix frontend run build --silent
	@touch $@
