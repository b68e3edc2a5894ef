# make demo   a portal with example organisations on http://127.0.0.1:8000 (PORT=… changes it)
# make test   the tests, on SQLite, with nothing else needed
# make check  everything that must hold: what CI runs

PYTHON ?= python3
PORT ?= 8000
BIN = .venv/bin
PIP = $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes

.PHONY: demo test check lint types browser services messages lock clean

.venv/ready: requirements.txt
	$(PYTHON) -m venv .venv
	$(PIP) -r requirements.txt
	touch $@

.venv/ready-dev: .venv/ready requirements-dev.txt
	$(PIP) -r requirements-dev.txt
	touch $@

demo: export DEMO = 1
demo: export BASE_URL ?= http://127.0.0.1:$(PORT)
demo: .venv/ready
	$(BIN)/python manage.py demo --port $(PORT)

test: .venv/ready-dev
	$(BIN)/python manage.py compile_messages
	$(BIN)/pytest -n auto -m "not services and not browser" tests
	$(BIN)/pytest -n 2 -m "browser and not services" tests || [ $$? -eq 5 ]

lint: .venv/ready-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/djlint --quiet --lint templates
	$(BIN)/lint-imports --no-logo

types: .venv/ready-dev
	$(BIN)/mypy .

check: lint types
	$(BIN)/python manage.py compile_messages
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(MAKE) test
	.ci/services

messages:
	$(BIN)/python manage.py makemessages -l fr --no-location --no-obsolete --no-wrap -i '.venv/*' -i 'var/*' -i 'tests/*'
	$(BIN)/python manage.py compile_messages

browser: .venv/ready-dev
	$(BIN)/pytest tests/browser

lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-config -o requirements.txt pyproject.toml
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-config --group dev -o requirements-dev.txt pyproject.toml
	echo compliance-trestle | uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-config --no-annotate -o .ci/oscal.txt -

clean:
	rm -rf .venv var
