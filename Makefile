# make demo   a portal with example organisations on http://127.0.0.1:8000 (PORT=… changes it)
# make test   the tests, on SQLite, with nothing else needed; long ones and browser checks apart
# make soak   the sizes of docs/faults.md, on PostgreSQL, Redis and a real server, for hours
# make check  everything that must hold, in Chromium and on PostgreSQL and Redis too: what CI runs

PYTHON ?= python3
PORT ?= 8000
BIN = .venv/bin
PIP = $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-compile
# what pip would do on one core: some files are for other versions of Python, which is no fault
COMPILE = $(BIN)/python -m compileall -q -j 0 .venv/lib >/dev/null || true

.PHONY: demo test soak histories check lint types browser services messages lock clean

.venv/ready: requirements.txt
	$(PYTHON) -m venv .venv
	$(PIP) -r requirements.txt
	$(COMPILE)
	touch $@

.venv/ready-dev: .venv/ready requirements-dev.txt
	$(PIP) -r requirements-dev.txt
	$(COMPILE)
	touch $@

demo: export DEMO = 1
demo: export BASE_URL ?= http://127.0.0.1:$(PORT)
demo: .venv/ready
	$(BIN)/python manage.py demo --port $(PORT)

# each process takes whole files in a row, so that what a file builds once is built once;
# tests read in once stay on disk, also where the environment says otherwise
test histories: export PYTHONDONTWRITEBYTECODE =
test: .venv/ready-dev
	$(BIN)/python manage.py compile_messages
	$(BIN)/pytest -n auto --dist worksteal -m "not long and not services and not browser" tests

# long histories, whole worlds, faults, forgeries; odd input and the upgrade are asked of PostgreSQL, in .ci/services
POSTGRESQL = $(addprefix tests/,edge/test_hostile_input.py edge/test_hostile_files.py edge/test_schemathesis.py desk/test_upgrade.py)
histories: .venv/ready-dev
	$(BIN)/pytest -n auto --dist worksteal -m "long and not services and not browser" $(POSTGRESQL:%=--ignore=%) tests

# 10,000 questions to the API as each of four people, 20 kills, a minute without Redis, half an hour of use …
soak: .venv/ready-dev
	.ci/soak

lint: .venv/ready-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/djlint --quiet --lint templates
	$(BIN)/djlint --quiet --reformat --check templates
	$(BIN)/lint-imports --no-logo

types: .venv/ready-dev
	$(BIN)/mypy .

check: lint types
	$(BIN)/python manage.py compile_messages
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(MAKE) -j 1 test histories browser
	.ci/services

messages:
	$(BIN)/python manage.py makemessages --all --no-location --no-obsolete --no-wrap -i '.venv/*' -i 'var/*' -i 'tests/*'
	$(BIN)/python manage.py compile_messages

# the journeys run on PostgreSQL, in .ci/services
JOURNEYS = $(addprefix tests/browser/,test_journey.py test_real_sheet.py)
browser: .venv/ready-dev
	$(BIN)/pytest -n 2 -m "browser and not services" $(JOURNEYS:%=--ignore=%) tests/browser || [ $$? -eq 5 ]

lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-config -o requirements.txt pyproject.toml
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-config --group dev -o requirements-dev.txt pyproject.toml
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-config --extra metrics -c requirements.txt -o requirements-metrics.txt pyproject.toml
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-config --extra s3 -c requirements.txt -o requirements-s3.txt pyproject.toml
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-config --extra saml -c requirements.txt -o requirements-saml.txt pyproject.toml
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-config --extra sentry -c requirements.txt -o requirements-sentry.txt pyproject.toml
	echo compliance-trestle | uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-config --no-annotate -o .ci/oscal.txt -

clean:
	rm -rf .venv var
