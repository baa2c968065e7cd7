# `make demo` and `make test` set up what they need; everything they make stays inside this checkout.
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3.10 python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null && echo $$p && break; done)
RUNTIME := .runtime
BIN := $(RUNTIME)/bin

.PHONY: help demo test tests-only quick lint format typecheck bench runtime dev hooks lock clean

help:
	@echo 'make demo     set up, run the main job on real EXR frames, show the pictures'
	@echo 'make test     set up, run lint, types and every test'
	@echo 'make quick    the quick tests only'
	@echo 'make bench    write benchmarks/RESULTS.md'
	@echo 'make runtime  only set up: .runtime/bin/cosmos-houdini'
	@echo 'make format   format the sources      make hooks   install the pre-push hook'

runtime: $(RUNTIME)/.installed
dev: $(RUNTIME)/.installed-dev

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo 'No Python 3.10 or newer was found. Install one, or name it: make PYTHON=/path/to/python3'; exit 2; }
	$(PYTHON) -m venv $(RUNTIME)

$(RUNTIME)/.installed: requirements/runtime.txt pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/runtime.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

$(RUNTIME)/.installed-dev: requirements/dev.txt $(RUNTIME)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

demo: runtime
	$(BIN)/cosmos-houdini demo

test: dev lint typecheck
	$(BIN)/python -m pytest -n auto
	@other=$$(tools/other_python $(BIN)/python); \
	if [ -n "$$other" ]; then \
		echo "The same on $$($$other --version):"; \
		$(MAKE) --no-print-directory tests-only PYTHON="$$other" RUNTIME=.runtime-other; \
	else \
		echo 'Only one of Python 3.10 and 3.11 is here: the tests ran on one version.'; \
	fi

tests-only: dev
	$(BIN)/python -m pytest -n auto

quick: dev
	$(BIN)/python -m pytest -q -n auto -m 'not slow'

lint: dev
	$(BIN)/ruff check --no-cache .
	$(BIN)/ruff format --check .

format: dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

typecheck: dev
	$(BIN)/mypy

bench: dev
	$(BIN)/python benchmarks/run.py

hooks:
	@# git knows where: not below .git/ in a worktree, or with core.hooksPath
	install -D -m 755 scripts/pre-push "$$(git rev-parse --git-path hooks)/pre-push"
	@echo 'The quick tests now run before each push.'

# Needs uv (https://docs.astral.sh/uv/): one lock for every Python from 3.10 on and every platform.
lock:
	uv pip compile --universal --python-version 3.10 --generate-hashes --no-emit-index-url -q requirements/runtime.in -o requirements/runtime.txt
	uv pip compile --universal --python-version 3.10 --generate-hashes --no-emit-index-url -q requirements/dev.in -o requirements/dev.txt

clean:
	rm -rf $(RUNTIME) .runtime-other demo
