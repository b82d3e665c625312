# What needs .venv sets it up first, once; `make` alone lists the targets.
PYTHON ?= python3
WORKERS ?= 2
RUN := runs/$(shell date -u +%Y%m%d-%H%M%S)
BIN := .venv/bin
CODE := $(wildcard assistant benchmarks evals ingest pages tests training ui.py)
TYPED := $(wildcard assistant benchmarks evals ingest pages ui.py)

.DEFAULT_GOAL := help
.PHONY: help chat ask index test lint evals bench constraints clean

help: ## list what there is
	@sed -n 's/^\([a-z]*\):[^#]*## /\1|/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "  make %-12s %s\n", $$1, $$2 }'

chat: .venv/.ready ## open the chat page in the browser
	@$(BIN)/python -m ingest build >/dev/null
	$(BIN)/python ui.py --open

ask: .venv/.ready ## answer one question here: make ask Q="What is YERUN short for?"
	@test -n "$$Q" || { echo 'Ask like this: make ask Q="What is YERUN short for?"' >&2; exit 2; }
	@$(BIN)/python -m ingest build >/dev/null
	@$(BIN)/python -m assistant "$$Q"

index: .venv/.ready ## bring the index up to date with corpus/
	$(BIN)/python -m ingest build

test: .venv/.ready ## run all tests, those in a real browser included
	@.ci/browser
	HF_HUB_OFFLINE=1 $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

lint: .venv/.ready ## check style and types
	$(BIN)/ruff check $(CODE)
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/mypy $(TYPED)

evals: .venv/.ready ## measure the quality of the answers and hold it against the gate
	@$(BIN)/python -m ingest build >/dev/null
	HF_HUB_OFFLINE=1 $(BIN)/python -m evals run --out $(RUN)
	@$(BIN)/python -m evals report $(RUN)
	$(BIN)/python -m evals gate $(RUN)

bench: .venv/.ready ## measure speed and memory
	@$(BIN)/python -m ingest build >/dev/null
	HF_HUB_OFFLINE=1 $(BIN)/python -m benchmarks

# torch for CUDA pins its own companions; left out here, they constrain nobody who installs another torch.
constraints: ## compile constraints.txt anew; UPGRADE=1 takes the newest versions
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile pyproject.toml --all-extras --python-version 3.11 $(if $(UPGRADE),--upgrade) \
	  --no-annotate --no-header --no-emit-index-url --no-emit-find-links --quiet --output-file constraints.txt
	@grep -vE '^(cuda|nvidia|triton)' constraints.txt | sed 's/+cpu$$//' > .venv/constraints.txt
	@cp .venv/constraints.txt constraints.txt

clean: ## remove .venv, the index and all caches
	rm -rf .venv .index .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/.ready: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  { echo "Python 3.11 or newer is needed and '$(PYTHON)' is not: install it, or name another with PYTHON=python3.12." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "'$(PYTHON)' lacks its venv module: install it (on Debian and Ubuntu: apt install python3-venv)." >&2; exit 1; }
	@echo "Setting up .venv; this takes some minutes, once."
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --disable-pip-version-check -c constraints.txt -e '.[all]'
	@touch $@
