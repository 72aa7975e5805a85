# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Everything starts here: `make demo`, `make test`, `make help`. Needs make, a C++17 compiler and a Python 3.11-3.13;
# the rest is installed into .venv. ccache and lld are used when they are there.

SHELL := bash
.DELETE_ON_ERROR:
.SUFFIXES:
.DEFAULT_GOAL := help

PRESET ?= dev
JOBS ?= $(shell nproc 2>/dev/null || getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
PYTEST_ARGS ?=
VENV ?= .venv
BUILD := build/$(PRESET)
PY := $(VENV)/bin/python
RUN := env PATH="$(CURDIR)/$(VENV)/bin:$$PATH"
PIP := $(PY) -m pip install -qq --disable-pip-version-check
# $(call install,groups): what pyproject.toml lists for these groups
install = $(PY) tools/dev/requirements.py $(1) > $(VENV)/requirements.txt && $(PIP) -r $(VENV)/requirements.txt

.PHONY: build demo examples test test-slow oracle conformance lit lint lint-light format bench docs wheel clean distclean help

help: ## show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | awk -F '\t' '{printf "  make %-12s %s\n", $$1, $$2}'
	@echo "variables: PRESET=dev|release|asan  JOBS=$(JOBS)  PYTEST_ARGS='-k name'  PYTHON=/path/to/python3"

# --- the environment -----------------------------------------------------------------------------------------------

$(VENV)/.created:
	@python=$$(sh tools/dev/find_python.sh) && echo "== $(VENV) from $$python" && "$$python" -m venv $(VENV)
	@touch $@

# The package itself is installed editable and without compiling: that gives its metadata and the `wengert` command;
# the extension is built by CMake into python/wengert/ below.
$(VENV)/.installed: pyproject.toml tools/dev/requirements.py $(VENV)/.created
	@echo "== installing the toolchain and the dependencies into $(VENV)"
	@$(call install,build run test dev)
	@$(PIP) --no-deps --no-build-isolation --config-settings wheel.cmake=false --editable .
	@$(PY) tools/dev/fix_tools.py
	@touch $@

$(VENV)/.installed-%: pyproject.toml tools/dev/requirements.py $(VENV)/.created
	@echo "== installing what '$*' needs"
	@$(call install,$*)
	@touch $@

# --- build and run -------------------------------------------------------------------------------------------------

$(BUILD)/build.ninja: CMakePresets.json $(VENV)/.installed
	@$(RUN) cmake --preset $(PRESET) -DPython3_EXECUTABLE="$(CURDIR)/$(PY)"

build: $(BUILD)/build.ninja ## compile the dialect, the tools and the extension (in place)
	@$(RUN) ninja -C $(BUILD) -j $(JOBS)
	@ln -sf "$(CURDIR)/$(BUILD)/bin/"wg-* $(VENV)/bin/

demo: build $(VENV)/.installed-demo ## train a digit classifier, export it, run the export
	@$(RUN) python examples/train_digits.py

examples: build $(VENV)/.installed-demo ## every example on a small setting
	@$(RUN) python -m pytest -q -n $(JOBS) tests/e2e/test_examples.py

# A worker that dies ends the run: restarted, it would take the same test again.
test: build lint-light ## run the tests that are not long: pytest, lit, the quick checks
	@$(RUN) python -m pytest -n $(JOBS) --dist loadfile --max-worker-restart 0 --ignore tests/oracle -m "not slow" $(PYTEST_ARGS)

test-slow: build ## the long tests: every op compiled on every type, the compiled grid of transforms, other targets
	@$(RUN) python -m pytest -n $(JOBS) --ignore tests/oracle -m slow -o faulthandler_timeout=3600 $(PYTEST_ARGS)

oracle: build $(VENV)/.installed-oracle ## compare every op with JAX
	@$(RUN) python -m pytest -n $(JOBS) tests/oracle $(PYTEST_ARGS)

conformance: build $(VENV)/.installed-conformance ## the array API standard's suite: ARRAY_API_TESTS=path/to/array-api-tests
	@$(RUN) python tools/dev/conformance.py --jobs $(JOBS) "$(ARRAY_API_TESTS)"

lit: build ## the IR tests alone, also with PRESET=asan
	@$(RUN) python -c "from lit.main import main; main()" -sv -j $(JOBS) $(BUILD)/tests

bench: build $(VENV)/.installed-bench ## measure beside JAX and PyTorch
	@$(RUN) python -m benchmarks

# --- checks --------------------------------------------------------------------------------------------------------

lint-light: $(VENV)/.installed
	@$(RUN) python tools/dev/check_layers.py
	@$(RUN) python tools/dev/check_sources.py
	@$(RUN) ruff check --quiet .

lint: lint-light ## ruff, mypy, clang-format, layers, licence lines
	@$(RUN) ruff format --check --quiet . || { echo "ruff format: run 'make format'"; exit 1; }
	@git ls-files '*.cpp' '*.h' | xargs -r $(CURDIR)/$(VENV)/bin/clang-format --dry-run --Werror
	@$(RUN) mypy
	@echo "lint: clean"

format: $(VENV)/.installed ## rewrite the sources in the project's style
	@$(RUN) ruff format --quiet .
	@$(RUN) ruff check --quiet --fix .
	@git ls-files '*.cpp' '*.h' | xargs -r $(CURDIR)/$(VENV)/bin/clang-format -i

# --- products ------------------------------------------------------------------------------------------------------

docs: build $(VENV)/.installed-docs ## the manual, in build/docs/index.html
	@$(RUN) python tools/dev/gen_reference.py docs/reference/ops
	@$(RUN) python -m sphinx -b html -q -W --keep-going docs build/docs
	@echo "build/docs/index.html"

wheel: $(VENV)/.installed ## a wheel in dist/, and the sizes of its parts
	@$(RUN) python -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .
	@$(RUN) python tools/dev/size_report.py

clean: ## remove what the build made, keep .venv
	@rm -rf build dist .pytest_cache .mypy_cache .ruff_cache
	@git clean -fdXq python dialects tools

distclean: clean ## remove .venv too
	@rm -rf $(VENV)
