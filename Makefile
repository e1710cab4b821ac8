# make demo: the main job. make test: the whole suite. Everything is set up from the lock files.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet
READY := $(VENV)/ready

.PHONY: demo test test-all quick house check format lock golden docs bench bench-captures bench-docs truth clean

demo: $(READY)
	$(BIN)/tallystick demo build/demo

test: $(READY)
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest --numprocesses auto --dist worksteal
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

# The suite with every moment at which a command is killed and more twins of every case.
test-all: export TALLYSTICK_THOROUGH = 1
test-all: test

# An answer in half a minute: everything that starts no client, server or command.
quick: $(READY)
	$(BIN)/python -m pytest --numprocesses auto --dist worksteal --ignore tests/cli \
		--ignore tests/drivers --ignore tests/lab/transport

check: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python tools/reference.py --check
	$(BIN)/python -m pytest tests/test_rooms.py tests/test_docs.py

format: $(READY)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# The reference pages under docs/reference, printed from the code.
docs: $(READY)
	$(BIN)/python tools/reference.py

# The rooms as they stand: size, and what imports what.
house: $(READY)
	$(BIN)/python tools/house.py

# Rewrite the golden files from what the code renders now; read the diff before committing it.
golden: $(READY)
	TALLYSTICK_GOLDEN=write $(BIN)/python -m pytest tests/handoff tests/cli/test_answers.py

# Ratios measured side by side in one run; nothing is asserted.
bench: $(READY)
	$(BIN)/python -m bench.run

# How small captures and whole cases that other hands wrote are judged.
bench-captures: $(READY)
	$(BIN)/python -m bench.captures.score
	$(BIN)/python -m bench.cases.score
	$(BIN)/python -m bench.pairs.score

# What is read of documentation pages that another hand wrote.
bench-docs: $(READY)
	$(BIN)/python -m bench.pages.score

# The review on generated incidents of known truth, beside a table of status codes.
truth: $(READY)
	$(BIN)/python -m bench.truth.score --seed 1 --size 420

# Pin again. `uv pip compile` writes hashes and no registry's address.
UV := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11
lock: $(READY)
	$(UV) --upgrade pyproject.toml -o requirements/runtime.txt
	$(UV) --upgrade --extra mitmproxy pyproject.toml -o requirements/mitmproxy.txt
	$(UV) --upgrade --group dev pyproject.toml -o requirements/dev.txt
	$(UV) --upgrade examples/retry-storm/requirements.in -o examples/retry-storm/requirements.txt

$(READY): requirements/dev.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(PIP) --require-hashes -r requirements/dev.txt
	$(PIP) --no-deps --no-build-isolation --editable .
	touch $(READY)

clean:
	rm -rf build dist $(VENV) .coverage*
