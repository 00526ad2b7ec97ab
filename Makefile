# make demo   sets up all it needs and runs the FAQ-matching scenario to a registered model
# make test   sets up all it needs and runs the whole test suite
# make unit   only the tests that start nothing (seconds)
# make check  ruff, mypy, import-linter
# make clean  removes the environment and what demo and tests made

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
DEMO := build/demo
FAQ := examples/faq-matching

.PHONY: demo test unit check clean
.DELETE_ON_ERROR:

# One environment for all; uv installs in seconds where pip takes minutes, and pip stands in where
# uv cannot be had. Bytecode is compiled once here, because importing without it costs three times.
$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; name one with: make PYTHON=python3.11")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv || true

define install
	@if [ -x $(BIN)/uv ]; then \
	  $(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python -e '.[$(1)]'; \
	else \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[$(1)]'; \
	fi
	@touch $@
endef

$(VENV)/.demo: $(BIN)/python pyproject.toml
	$(call install,mlflow$(comma)faq)

$(VENV)/.test: $(BIN)/python pyproject.toml
	$(call install,mlflow$(comma)sobol$(comma)search$(comma)faq$(comma)test)

comma := ,

demo: $(VENV)/.demo
	@PATH="$(abspath $(BIN)):$$PATH" TRIMTAB_HOME="$(abspath $(DEMO))/home" sh $(FAQ)/demo.sh $(DEMO)

test: $(VENV)/.test
	$(BIN)/python -m pytest -q -n auto -m "not real"
	$(BIN)/python -m pytest -q -m real

unit: $(VENV)/.test
	$(BIN)/python -m pytest -q -n auto -m "not real"

check: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

clean:
	rm -rf $(VENV) build .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
