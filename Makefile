# Two commands do everything: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: demo test check lint bench clean

demo: $(STAMP)  ## install, build the demo street and say where to look
	$(BIN)/highstreet build
	@echo
	@echo "The demo street is built, in build/. Look at all of it, and edit it live, with:"
	@echo "  $(BIN)/highstreet preview     # then open http://localhost:4000"
	@echo "Shops: $$(ls tenants | tr '\n' ' ')"

test: $(VENV)/.tested-with  ## also installs what the tests need, Chromium and nginx included
	$(BIN)/python -m pytest $(ARGS)

check: $(STAMP)  ## every mistake in every demo tenant
	$(BIN)/highstreet check

lint: $(VENV)/.tested-with
	$(BIN)/ruff check src tests
	$(BIN)/ruff format --check src
	$(BIN)/mypy

$(STAMP): pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	@touch $@

$(VENV)/.tested-with: pyproject.toml $(STAMP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[dev]"
	sh tests/install-chromium.sh
	sh tests/install-nginx.sh
	@touch $@

clean:
	rm -rf build .highstreet
