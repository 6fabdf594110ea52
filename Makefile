# Every task has one command: `make help` lists them. CI runs the same ones.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Python compiles what is imported, when it is; most never is.
PIP_INSTALL := $(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --require-hashes --no-compile
# The locked hashes are those of PyPI's own files, whatever else pip is set up with on this computer.
PIP_COMPILE := env -u PIP_FIND_LINKS -u PIP_EXTRA_INDEX_URL PIP_CONFIG_FILE=/dev/null CUSTOM_COMPILE_COMMAND="make requirements" \
	$(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host
DJADE := $(BIN)/djade --target-version 5.2
TEMPLATES = $(shell find templates -name '*.html')
# A file's tests stay together: they share the first content, which takes seconds to load. Files keep the order that
# tests/conftest.py gives them: the slow ones first.
PARALLEL := --numprocesses auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

# Python keeps what it compiles, even where an image of Docker says that it should not: a run starts a hundred processes.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run demo-reset test test-programs test-fast screen-reader transcripts faults hostile load mutants lint format bench deploy-check css messages screenshots conformance venv requirements sbom outdated

help: ## list the commands
	@sed -nE 's/^([a-z-]+):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 14

run: $(VENV)/runtime var/secret_key ## serve the site with its content; HOST, PORT, WORKERS, DATABASE_URL are honored
	@DEMO=1 MALLOC_ARENA_MAX=2 exec $(BIN)/python manage.py serve --demo

demo-reset: $(VENV)/runtime var/secret_key ## start over: delete the SQLite database and the uploads (asks first)
	@DEMO=1 $(BIN)/python manage.py demo_reset

test: ## run every check and test, on SQLite and PostgreSQL, with a browser
	@$(MAKE) --no-print-directory --jobs 2 venv test-programs
	@tests/run $(PARALLEL)

test-programs: ## install the browser, the screen reader and what else the tests start (apt, when root on Debian or Ubuntu)
	@tests/install

test-fast: venv ## run the tests that need no browser, on SQLite, without those that are marked slow: a minute
	@$(BIN)/pytest $(PARALLEL) -m "not browser and not screen_reader and not slow"

screen-reader: venv ## hear the site with Orca, a real screen reader; RUNS=10 tells if the words are stable; BROWSER=firefox
	@$(BIN)/python -m tests.screen_reader --runs $(or $(RUNS),1) --browser $(or $(BROWSER),chromium)

transcripts: venv ## write docs/transcripts/ anew: what Orca says on each kind of page
	@TRANSCRIPTS=docs/transcripts $(BIN)/pytest tests/screen_reader -q

faults: venv ## stop the database, fill the disk, kill processes, all under load, and count what readers notice (10 minutes)
	@TEST_DATABASE=postgresql $(BIN)/pytest tests/faults --ignore tests/faults/test_load.py -m "faults or not faults"
	@$(BIN)/pytest tests/faults --ignore tests/faults/test_load.py -m "faults or not faults"

load: venv ## let 50 readers and 5 editors use a server for 5 minutes on each database: errors, publishes, memory (LOAD_SECONDS)
	@TEST_DATABASE=postgresql $(BIN)/pytest tests/faults/test_load.py -m faults
	@$(BIN)/pytest tests/faults/test_load.py -m faults

hostile: venv ## send 10,000 hostile requests to a running server, and raw bytes, and count the answers (HOSTILE_SEED chooses others)
	@$(BIN)/pytest tests/faults/test_hostile.py tests/hostile -m "faults or not faults"

mutants: venv ## break a copy of the site in known ways, one at a time, and see that the tests notice each (ARGS: see --help)
	@$(BIN)/python -m tests.mutants $(ARGS)

lint: venv ## check the style of code and templates, and who imports whom
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(DJADE) --check $(TEMPLATES)
	@$(BIN)/lint-imports --no-cache --no-logo

format: venv ## put code and templates into the style that lint wants
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format
	@$(DJADE) $(TEMPLATES)

bench: venv ## measure the figures of the README
	@$(BIN)/python -m benchmarks
	@$(BIN)/python -m benchmarks.delivery
	@$(BIN)/python -m benchmarks.backup

deploy-check: venv ## try deploy/ on a machine with systemd, made for it and gone afterwards (root; 5 minutes)
	@$(BIN)/python -m tests.deployment

css: ## compile styles/ to static/css/ (needs Node)
	@command -v npm >/dev/null || { echo "make css needs Node and npm. On Debian or Ubuntu: apt install npm" >&2; exit 1; }
	@npm --prefix styles ci --no-audit --no-fund --silent
	@npm --prefix styles run --silent build

messages: venv ## collect the texts to translate into locale/, and compile the translations (needs gettext)
	@command -v msgfmt >/dev/null || { echo "make messages needs gettext. On Debian or Ubuntu: apt install gettext" >&2; exit 1; }
	@DEMO=1 SECRET_KEY=unused $(BIN)/python manage.py makemessages --all --no-obsolete --add-location file --no-wrap \
		--ignore tests --ignore var --ignore node_modules
	@for texts in locale/*/LC_MESSAGES/django.po mscoe_portal/package_words/*/LC_MESSAGES/django.po; do msgfmt --check-format -o "$${texts%.po}.mo" "$$texts"; done

screenshots: venv ## take the pictures of the README and the editors' guide anew
	@PYTHONPATH=. $(BIN)/python docs/screenshots.py

conformance: venv ## write the accessibility conformance report from its data; fails where no test shows what it says
	@$(BIN)/python docs/accessibility_conformance.py

venv: $(VENV)/runtime $(VENV)/development ## create .venv with all that running, testing and developing need

requirements: venv ## compile requirements*.in to requirements*.txt: exact versions, with hashes
	@$(PIP_COMPILE) --output-file requirements.txt requirements.in
	@$(PIP_COMPILE) --output-file requirements-dev.txt requirements-dev.in

sbom: venv ## write var/sbom.json: a bill of materials (CycloneDX) of what is locked
	@PYTHONWARNINGS=ignore $(BIN)/cyclonedx-py requirements --pyproject pyproject.toml --output-reproducible --output-file var/sbom.json requirements.txt

outdated: venv ## show which installed packages have newer releases
	@$(BIN)/python -m pip list --outdated --disable-pip-version-check

# These two stamps are younger than a file of requirements once all that it names is installed.
$(VENV)/runtime: requirements.txt
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 or newer is needed, and there is no '$(PYTHON)' here." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Python 3.11 or newer is needed; '$(PYTHON)' is older. Name another, as in: make run PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "Python's venv module is missing. On Debian or Ubuntu: apt install python3-venv" >&2; exit 1; }
	@echo "Installing the packages into $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(PIP_INSTALL) -r $< || { echo "The packages of $< could not be installed; pip says why above." >&2; exit 1; }
	@touch $@

$(VENV)/development: requirements-dev.txt $(VENV)/runtime
	@echo "Installing the development packages into $(VENV) ..."
	@$(PIP_INSTALL) -r $< || { echo "The packages of $< could not be installed; pip says why above." >&2; exit 1; }
	@touch $@

# For a trial on one's own computer only; in production SECRET_KEY must be set.
var/secret_key: | $(VENV)/runtime
	@mkdir -p var
	@umask 077; $(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(50), end="")' > $@
