# `make demo` and `make test` set up what they need; everything they make stays inside this checkout.
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3.10 python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null && echo $$p && break; done)
RUNTIME := .runtime
BIN := $(RUNTIME)/bin
HOUDINI_SIDE := $(wildcard python3.10libs/cosmos_houdini/houdini pdg/types)

.PHONY: help demo test test-faults test-hython tests-only quick lint format typecheck bench box box-down box-parts runtime dev hooks lock clean

help:
	@echo 'make demo     set up, run the main job on real EXR frames, show the pictures'
	@echo 'make test     set up, run lint, types and every test'
	@echo 'make quick    the quick tests only'
	@echo 'make test-faults  break the GPU box in every way there is; writes docs/reliability.md'
	@echo 'make test-hython HFS=/opt/hfs20.5  run tests/houdini in a real Houdini'
	@echo 'make box      start the GPU box of the tests and say how to reach it      make box-down   end it'
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

$(RUNTIME)/.installed-dev: requirements/dev.txt requirements/stubs-20.5.txt requirements/stubs-21.0.txt $(RUNTIME)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@# One environment holds one version of a package: the signatures of both Houdinis lie beside it.
	for version in 20.5 21.0; do \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps --upgrade \
			--target $(RUNTIME)/stubs/$$version -r requirements/stubs-$$version.txt || exit; \
		ln -sfn hou-stubs $(RUNTIME)/stubs/$$version/hou || exit; \
	done
	@touch $@

demo: runtime
	$(BIN)/cosmos-houdini demo

test: dev lint typecheck box-parts
	$(BIN)/python -m pytest -n auto --dist worksteal -m 'not fault'
	@other=$$(tools/other_python $(BIN)/python); \
	if [ -n "$$other" ]; then \
		echo "The same on $$($$other --version):"; \
		$(MAKE) --no-print-directory tests-only PYTHON="$$other" RUNTIME=.runtime-other WHICH='not box and not fault and not cook'; \
	else \
		echo 'Only one of Python 3.10 and 3.11 is here: the tests ran on one version.'; \
	fi

# What runs on the GPU box of the tests is the box's own Python, and a cook has the runtime do its work: once is
# enough there.
tests-only: dev
	$(BIN)/python -m pytest -n auto --dist worksteal -m '$(WHICH)'

quick: dev
	$(BIN)/python -m pytest -q -n auto -m 'not slow and not box and not fault'

# One after the other: each has the box for itself.
test-faults: dev box-parts
	$(BIN)/python -m pytest -n 0 -m fault --write-reliability tests/faults

# In a real Houdini, with a licence: Houdini reads package.json as it is here, and preferences of their own.
# HYTHON_HARNESS=off keeps the stand-in for hython out of the way. Its own pip brings it pytest, which it lacks.
test-hython: HYTHON := $(HFS)/bin/hython
test-hython:
	@test -n "$(HFS)" || { echo 'Say which Houdini: make test-hython HFS=/opt/hfs20.5'; exit 2; }
	@test -x "$(HYTHON)" || { echo 'There is no $(HYTHON): HFS has to be the folder that holds bin/hython.'; exit 2; }
	@$(MAKE) --no-print-directory runtime
	@libraries="$(CURDIR)/$(RUNTIME)-hython/$$(printf %s "$(HFS)" | cksum | cut -d ' ' -f 1)"; \
	set -e; mkdir -p "$$libraries/preferences"; \
	if [ ! -e "$$libraries/.installed" ] || [ requirements/hython.txt -nt "$$libraries/.installed" ]; then \
		"$(HYTHON)" -m pip install --quiet --disable-pip-version-check --require-hashes --upgrade \
			--target "$$libraries" -r requirements/hython.txt; \
		touch "$$libraries/.installed"; \
	fi; \
	HYTHON_HARNESS=off HOUDINI_PACKAGE_DIR="$(CURDIR)" HOUDINI_PACKAGE_VERBOSE=1 \
	HOUDINI_USER_PREF_DIR="$$libraries/preferences/houdini__HVER__" PYTHONPATH="$$libraries" \
		"$(HYTHON)" -m pytest -p no:cacheprovider tests/houdini

lint: dev
	$(BIN)/ruff check --no-cache .
	$(BIN)/ruff format --check .

format: dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# What Houdini loads is checked against both of its versions that have stubs.
typecheck: dev
	$(BIN)/mypy
	$(if $(HOUDINI_SIDE),for version in 20.5 21.0; do \
		MYPYPATH=$(RUNTIME)/stubs/$$version $(BIN)/mypy --cache-dir .mypy_cache/houdini-$$version \
			$(HOUDINI_SIDE) || exit; \
	done)

# A GPU box made of namespaces, sshd and Docker; it stays until `make box-down`, the image in .box/ also then.
box: dev box-parts
	$(BIN)/python tests/box up

box-down: dev
	$(BIN)/python tests/box down

# Says what the box lacks, installs it as root on Debian, and makes what its image is made of.
box-parts: dev
	tools/box_parts
	@if [ -z "$$(tools/box_parts --check)" ]; then \
		$(BIN)/python tests/box image || [ "$$COSMOS_REQUIRE_BOX" != 1 ]; fi

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
	uv pip compile --universal --python-version 3.10 --generate-hashes --no-emit-index-url -q requirements/hython.in -o requirements/hython.txt

clean:
	rm -rf $(RUNTIME) .runtime-other .runtime-hython demo
