# One command each, on a fresh machine with python3 (3.11 or newer, with venv) and make.

PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/installed

.DEFAULT_GOAL := help
.PHONY: help setup servers test check soak demo bench clean

help:  ## what there is
	@sed -n 's/^\([a-z]*\):[^#]*##/make \1\t/p' Makefile | expand -t 16

setup: $(STAMP)  ## the environment, in .venv

$(STAMP): pyproject.toml
	@$(PYTHON) -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
		|| { echo "make setup: $(PYTHON) must be 3.11 or newer with venv (Debian: apt install python3-venv); PYTHON=… names another" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --editable '.[demo,dev]'
	@touch $(STAMP)

servers:  ## the mail servers and databases that the tests start (Debian packages; installed, not started)
	@.ci/servers

test: setup servers check  ## everything but the soak
	@$(BIN)/python -m pytest --quiet

check: setup  ## form, types and the core's tests: under a minute
	@$(BIN)/ruff format --check --quiet . || { echo "make check: run $(BIN)/ruff format" >&2; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/python -m pytest --quiet tests/core tests/test_imports.py tests/test_content.py $(wildcard tests/test_config*.py)

soak: setup servers  ## the long matrices in full
	@$(BIN)/python -m pytest --quiet -m soak

demo: setup  ## loopback mail servers and sample data: says where to look and what to type
	@$(BIN)/mailbot demo

bench: setup  ## against the bare floor of the same servers
	@$(BIN)/python -m bench

clean:  ## remove all that was made here
	rm -rf .venv build dist .pytest_cache .ruff_cache .mypy_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -r {} +
