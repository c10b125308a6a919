# Everything from a fresh clone: `make demo` rehearses the example, `make test` runs every check of this repository.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test lint types unit lessons format clean

demo: $(READY)
	$(BIN)/trialrun run examples/mnist_cnn.py
	@echo "report: .trialrun/latest/report.json"

# Types are looked at beside the tests, whose processes do not fill two cores to their end.
test: lint
	@$(MAKE) --no-print-directory -j 2 types unit

lint: $(READY)
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: $(READY)
	$(BIN)/mypy

# The tests start a hundred interpreters; where PYTHONDONTWRITEBYTECODE is set each would compile all of src anew.
unit: $(READY)
	$(BIN)/python -m compileall -q src
	$(BIN)/pytest -n 3

# Runs every lesson of examples/ in full (minutes) and puts its numbers and plots into docs/lessons/.
lessons: $(READY)
	$(BIN)/python scripts/make_lessons.py

format: $(READY)
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

# The stamp is written last, so an interrupted set-up is started anew.
$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' \
		|| { echo "trialrun needs Python 3.10 or newer; name one with: make PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' \
		|| { echo "this Python cannot make virtual environments; on Debian or Ubuntu: apt install python3-venv" >&2; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --disable-pip-version-check --quiet --no-compile -c constraints.txt -e '.[dev]'
	@$(BIN)/python -m compileall -q -j 0 $(VENV)/lib >/dev/null 2>&1 || true # on all cores; templates do not compile
	@touch $@

clean:
	rm -rf $(VENV) .trialrun .mypy_cache .ruff_cache .pytest_cache src/*.egg-info
