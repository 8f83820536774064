# Everything starts from Python 3.11+ alone (the browser part also needs Node): make demo, make test.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.set-up
LOCKS := requirements/core.txt requirements/train.txt requirements/dev.txt
COMPILE := $(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-emit-package studio-sdk \
	--custom-compile-command "make requirements" --no-annotate

.PHONY: setup web screens demo test lint types check requirements clean

setup: $(STAMP)

$(VENV)/bin/uv: requirements/build.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed; say which: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }
	@bash ops/venv.sh "$(PYTHON)" "$(VENV)" requirements/build.txt
	@touch $@

$(STAMP): $(VENV)/bin/uv $(LOCKS) pyproject.toml sdk/pyproject.toml
	$(BIN)/uv pip sync --quiet --compile-bytecode --python $(BIN)/python --require-hashes requirements/build.txt $(LOCKS)
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-build-isolation --no-deps --editable sdk --editable .
	@touch $@

# The studio in the browser; needs Node 20.19+.
web:
	@bash ops/web.sh required

# Pictures of every page, from a platform on which the demo ran, into docs/screens.
screens: setup web
	$(BIN)/python -m ops.screens

# DOCS=folder takes your own documents instead of the three that come with the studio.
demo: setup
	@bash ops/web.sh
	$(BIN)/studio demo $(if $(DOCS),--docs "$(DOCS)")

test: setup
	@bash ops/web.sh $(if $(filter required,$(STUDIO_BROWSER_TESTS)),required)
	@bash ops/chromium.sh
	$(BIN)/python -m pytest --verbosity=0 $(PYTEST_ARGS)

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup
	$(BIN)/mypy

check: lint types test

# Pins and hashes for every platform, from the two pyproject files. UPGRADE=1 moves the pins.
requirements: $(VENV)/bin/uv
	$(COMPILE) $(if $(UPGRADE),--upgrade) pyproject.toml -o requirements/core.txt
	$(COMPILE) $(if $(UPGRADE),--upgrade) pyproject.toml --extra train -c requirements/core.txt -o requirements/train.txt
	$(COMPILE) $(if $(UPGRADE),--upgrade) pyproject.toml --extra train --extra search --extra dev -c requirements/train.txt -o requirements/dev.txt
	printf 'uv\nhatchling\neditables\n' | $(COMPILE) $(if $(UPGRADE),--upgrade) -c requirements/dev.txt - -o requirements/build.txt

# Secrets for docker-compose.kafka.yml.
.env:
	$(PYTHON) ops/compose/make_env.py $@

clean:
	rm -rf $(VENV) .bench .pytest_cache .mypy_cache .ruff_cache .hypothesis web/node_modules web/react-18/node_modules web/dist
