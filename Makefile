# Every target makes what it needs in .venv first; the second time that costs nothing.
# From nothing: Python 3.11 or later, make and a package index that pip can reach.

comma := ,
VENV := .venv
BIN := $(VENV)/bin
PY := $(BIN)/python
STAMPS := $(VENV)/.stamps
BUILD := build
# Two workers suit the smallest machine we test on; say JOBS=8 on a larger one.
JOBS ?= 2
# The first Python on the path that is new enough, unless PYTHON= names one.
PYTHON ?= $(shell for each in python3 python3.13 python3.12 python3.11 python; do \
	if $$each -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then echo $$each; break; fi; done)
PIP := PIP_DISABLE_PIP_VERSION_CHECK=1 $(PY) -m pip install --quiet

SOURCES := $(shell find src tests docs examples README.md conftest.py pyproject.toml -type f \
	-not -path '*/__pycache__/*' -not -path '*/_build/*' 2>/dev/null)
TESTED := $(BUILD)/.tested
PYTEST := $(PY) -m pytest -n $(JOBS)

.DEFAULT_GOAL := help
.PHONY: help demo test check lint types layers docs coverage bench conformance fuzz nightly clean distclean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

# --- environments: one stamp for each set of extras, stale when pyproject.toml changes; a larger set stamps the smaller

$(PY):
	@test -n "$(PYTHON)" || { echo "no Python 3.11 or later on the path; name one: make PYTHON=/path/to/python3" >&2; exit 1; }
	@echo "making $(VENV) with $(PYTHON)" >&2
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

define extras
$(STAMPS)/$(1): pyproject.toml | $(PY)
	@echo "installing deskcore[$(2)] into $(VENV)" >&2
	@$$(PIP) -e '.[$(2)]'
	@mkdir -p $(STAMPS) && touch $$@ $(addprefix $(STAMPS)/,$(3))
endef

$(eval $(call extras,demo,cli))
$(eval $(call extras,test,test,demo))
$(eval $(call extras,check,test$(comma)check$(comma)docs,demo test docs))
$(eval $(call extras,docs,docs))
$(eval $(call extras,bench,bench))

# --- targets ---------------------------------------------------------------------------------------------------------

demo: $(STAMPS)/demo ## two weeks of a desk at work, into build/demo
	$(BIN)/deskcore demo --out $(BUILD)/demo

test: $(STAMPS)/test ## the whole test suite; ARGS="tests/hours -k dst" for a part of it
ifdef ARGS
	$(PYTEST) $(ARGS)
else
	@rm -f $(TESTED)
	@$(MAKE) --no-print-directory $(TESTED)
endif

# Coverage is gathered by every full run and judged by `make check`, which then need not run the suite again.
$(TESTED): $(SOURCES) | $(STAMPS)/test
	@mkdir -p $(BUILD)
	$(PYTEST) --cov --cov-report= --cov-fail-under=0
	@touch $@

check: lint types layers docs coverage ## style, types, layers, documentation and coverage

lint: $(STAMPS)/check ## ruff: rules and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(STAMPS)/check ## mypy --strict and pyright
	$(BIN)/mypy
	$(BIN)/pyright

layers: $(STAMPS)/check ## imports only point down
	$(BIN)/lint-imports

# Read afresh each time: Sphinx does not repeat the warnings of pages it has cached.
docs: $(STAMPS)/docs ## the documentation, warnings as errors, into build/docs
	$(PY) -m sphinx -W --keep-going --quiet -E -b html -d $(BUILD)/doctrees docs $(BUILD)/docs

coverage: $(STAMPS)/check $(TESTED) ## branch coverage of the last full run, held against its threshold
	$(BIN)/coverage report

conformance: $(STAMPS)/test ## other systems' behaviour, run against ours: FILES="a.json b.json"
	$(PY) -m tests.conformance $(FILES)

bench: $(STAMPS)/bench ## each row beside its peer, one JSON line each; WORK=hours for a part
	$(PY) -m benchmarks.run $(if $(WORK),--work $(WORK))

fuzz: $(STAMPS)/test ## the properties alone, with fresh random input; ARGS=tests/hours for a part
	HYPOTHESIS_PROFILE=fuzz $(PYTEST) -m hypothesis $(ARGS)

# With the benchmarks' peers, which some slow tests ask the same questions.
nightly: $(STAMPS)/test $(STAMPS)/bench ## everything, slow tests and many examples included
	HYPOTHESIS_PROFILE=nightly $(PYTEST) $(ARGS)

clean: ## what was built and cached, but not .venv
	rm -rf $(BUILD) dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage .coverage.* htmlcov
	find src tests benchmarks docs examples -name __pycache__ -type d -prune -exec rm -rf {} +

distclean: clean ## .venv too
	rm -rf $(VENV)
