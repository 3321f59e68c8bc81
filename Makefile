# The whole project in a few words; `make` alone says which.
PYTHON ?= $(firstword $(shell command -v python3.11 python3 python))
PYTEST = .venv/bin/python -m pytest

.PHONY: help setup setup-dev run test check nlu-report nlu-compare tune bench bench-nlu bench-search bench-desk bench-gaps faults train locks clean

help:
	@echo "make run     set up what is missing and start everything"
	@echo "make test    set up what is missing, then all checks and tests"
	@echo "make check   lint, format, types and the dependency rule"
	@echo "make train   train the model again"
	@echo "make tune    tune the sentence encoder to the training data (half an hour; then train)"
	@echo "make nlu-report   measure the understanding, into build/nlu-report/"
	@echo "make nlu-compare  other pipelines, parts left out, fewer wordings: into docs/nlu/ (hours)"
	@echo "make bench   measure speed and memory     make faults   kill it under traffic, many times"
	@echo "make bench-nlu  measure the understanding alone    make bench-search  measure the search"
	@echo "make bench-desk  measure the desk with 200 operators and 500 open cases"
	@echo "make bench-gaps  measure how questions are grouped by meaning"
	@echo "make locks   bring requirements/*.lock up to date     make clean   remove all that was made"

setup:
	@test -n "$(PYTHON)" || { echo "setup: Python 3.11 is needed" >&2; exit 1; }
	@$(PYTHON) -m scripts.setup

setup-dev:
	@test -n "$(PYTHON)" || { echo "setup: Python 3.11 is needed" >&2; exit 1; }
	@$(PYTHON) -m scripts.setup --dev

run: setup
	@exec .venv/bin/python -m bot serve

test: setup-dev check
	@CHROMIUM="$$($(PYTHON) -m scripts.browser)" && export CHROMIUM && $(PYTEST) -n 2 --dist worksteal

check: setup-dev
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports --no-logo

bench: setup-dev
	@.venv/bin/python -m tests.bench

bench-gaps: setup-dev
	@.venv/bin/python -m tests.bench_gaps

bench-nlu: setup-dev
	@.venv/bin/python -m tests.bench_nlu

bench-search: setup-dev
	@.venv/bin/python -m tests.bench_search

bench-desk: setup-dev
	@.venv/bin/python -m tests.bench_desk

faults: setup-dev
	@.venv/bin/python -m tests.faults

train: setup
	@$(PYTHON) -m scripts.train --force

tune: setup
	@HOME="$(CURDIR)/.cache/home" .venv-nlu/bin/python -m nlu.rasa.e5_tune

nlu-report: setup
	@.venv/bin/python -m nlu report

nlu-compare: setup
	@.venv-nlu/bin/python -m nlu.rasa.compare $(ARGS)

locks: setup-dev
	@$(PYTHON) -m scripts.locks

clean:
	rm -rf .venv .venv-nlu .cache build models results .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
