# Two commands for a newcomer: `make demo` and `make test`. Each sets up what it needs in .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/pip --disable-pip-version-check install -qq

.PHONY: demo test check bench torture mail-table lock clean

demo: $(VENV)/.runs
	@$(BIN)/whodoes demo

test: $(VENV)/.tests
	$(BIN)/python -m pytest -m "not torture"

check: $(VENV)/.tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m pytest -m "not torture" --cov --cov-report=term-missing:skip-covered

# make bench JUDGED=FOLDER measures on your own judged asks; make bench ONLY="compare scale" runs those sections.
bench: $(VENV)/.tests
	@JUDGED="$(JUDGED)" $(BIN)/python -m tests.bench $(ONLY)

torture: $(VENV)/.tests
	$(BIN)/python -m pytest -m torture --timeout=3600

# make mail-table DATA=FOLDER prints how well foreign mails are read, beside the goals.
mail-table: $(VENV)/.tests
	@$(BIN)/python -m tests.mail.table "$(DATA)"

# What runs, from the hashed lock; then whodoes itself, in place.
$(VENV)/.runs: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("whodoes needs Python 3.11 or newer: make PYTHON=python3.12 demo") if sys.version_info < (3, 11) else None'
	@echo "Setting up $(VENV) (once) ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(PIP) --require-hashes -r requirements.lock
	@$(PIP) --no-deps -e .
	@touch $@

$(VENV)/.tests: $(VENV)/.runs requirements-dev.lock
	@$(PIP) --require-hashes -r requirements-dev.lock
	@touch $@

# Hashes without addresses: pip finds the packages wherever this machine gets its packages from.
lock:
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header -o requirements.lock
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header -c requirements.lock -o requirements-dev.lock

clean:
	rm -rf $(VENV) build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage
