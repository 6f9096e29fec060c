# Everything a person does here. All of it needs Python >= 3.11 and make, nothing else.
#   make site PYTHON=python3.13     uses another interpreter
PYTHON ?= python3
SHELL := /bin/sh
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
CODE := hooks tests bench

# The theme prints a notice about MkDocs 2 at each build; what it says is in requirements.in.
export NO_MKDOCS_2_WARNING := 1

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help site serve test check lint format bench fuzz lighthouse dryrun demo stage properdocs zensical lock clean

help:  ## say what there is to make
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

site: .venv/site.stamp  ## build the site into site/, strictly
	$(BIN)/mkdocs build --strict

serve: .venv/site.stamp  ## preview the site on http://localhost:8000/ and rebuild it at each save
	$(BIN)/mkdocs serve

check: .venv/site.stamp  ## check the curated file
	$(BIN)/labbook check

stage: .venv/site.stamp  ## write all pages and files into stage/, for builders other than MkDocs
	$(BIN)/labbook stage stage

test: lint  ## lint, check the types and run all tests
	$(BIN)/python tests/chromium.py
	# The figures are drawn here once, and not again in each test's copy of the project.
	LABBOOK_LIVE=off $(BIN)/mkdocs build --quiet --strict --site-dir .cache/site
	$(BIN)/python -m pytest --numprocesses auto

lint: .venv/test.stamp  ## check style, format and types, and the workflows
	$(BIN)/ruff check $(CODE)
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/mypy
	$(BIN)/zizmor --offline --pedantic --quiet .github
	$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.dependabot .github/dependabot.yml

format: .venv/test.stamp  ## put the code into the one format
	$(BIN)/ruff check --fix $(CODE)
	$(BIN)/ruff format $(CODE)

bench: .venv/test.stamp  ## measure all that is promised; BENCH=--quick takes less time
	$(BIN)/python -m bench $(BENCH)

lighthouse: .venv/test.stamp tests/lighthouse/node_modules  ## measure every kind of page as a phone loads it; needs npm
	$(BIN)/python tests/chromium.py
	SITE_URL=https://example.org/ LABBOOK_LIVE=off \
		$(BIN)/mkdocs build --quiet --strict --site-dir .cache/lighthouse
	PYTHONPATH=tests $(BIN)/python tests/lighthouse/measure.py .cache/lighthouse

fuzz: .venv/test.stamp  ## feed every way in with 100,000 inputs; FUZZ="--inputs 1000" takes less time
	PYTHONPATH=tests $(BIN)/python -m fuzz.run $(FUZZ)

dryrun: .venv/test.stamp  ## run the commands of every workflow in clean clones, as GitHub does
	$(BIN)/python tests/dry_run.py $(DRYRUN)

demo: .venv/test.stamp  ## build the site from synthetic data into demo/: every figure and curve
	$(BIN)/python tests/demo.py

# What the search of this release of Zensical looks like: its script writes the style itself.
STYLE := sha256-NwSx/R2V/U4jnW0Tq5pQ53Y/rzPVJ4dqE7D6UTA/J1k=

properdocs: .venv/test.stamp  ## build the site with ProperDocs into build/properdocs/
	$(BIN)/properdocs build --strict --config-file mkdocs.yml --site-dir build/properdocs

zensical: .venv/test.stamp  ## build the site with Zensical into build/zensical/site/
	$(BIN)/labbook stage build/zensical
	cd build/zensical && ../../$(BIN)/zensical build --strict
	$(BIN)/labbook protect --style $(STYLE) build/zensical/site

lock: .venv/lock.stamp  ## renew requirements*.txt; UPGRADE=--upgrade takes the newest versions allowed
	for name in requirements requirements-test requirements-ways-out requirements-lock; do \
		$(BIN)/uv pip compile $(UPGRADE) --universal --python-version 3.11 --generate-hashes \
			--quiet --output-file $$name.txt $$name.in || exit 1; \
	done

clean:  ## remove everything that was made here, the environment too
	rm -rf .venv site stage demo .cache .hypothesis .mypy_cache .pytest_cache .ruff_cache
	rm -rf hooks/labbook.egg-info labbook.egg-info build tests/lighthouse/node_modules
	find $(CODE) -name __pycache__ -type d -exec rm -rf {} +

$(BIN)/python:
	@command -v $(PYTHON) >/dev/null 2>&1 || { \
		echo "$(PYTHON) is not here; install Python 3.11 or newer, or run: make PYTHON=/path/to/python" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; v = sys.version_info; v >= (3, 11) or sys.exit( \
		"$(PYTHON) is Python %d.%d; 3.11 or newer is needed: make PYTHON=/path/to/python" % v[:2])'
	$(PYTHON) -m venv .venv

.venv/site.stamp: requirements.txt pyproject.toml | $(BIN)/python
	$(PIP) install --require-hashes --requirement requirements.txt
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

.venv/test.stamp: requirements-test.txt requirements-ways-out.txt .venv/site.stamp
	$(PIP) install --require-hashes --requirement requirements-test.txt
	$(PIP) install --require-hashes --requirement requirements-ways-out.txt
	@touch $@

tests/lighthouse/node_modules: tests/lighthouse/package-lock.json
	npm ci --silent --prefix tests/lighthouse
	@touch $@

.venv/lock.stamp: requirements-lock.txt | $(BIN)/python
	$(PIP) install --require-hashes --requirement requirements-lock.txt
	@touch $@
