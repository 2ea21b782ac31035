# Discreet. `make run` opens the product, `make test` runs the whole suite; both set everything up first.

# The first Python that starts and is new enough; else plain python3, and tools/setup.py says what is wrong.
PYTHON ?= $(shell for name in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && exit; done; echo python3)
PY := .venv/bin/python
WORKERS ?= 2

.PHONY: help run test setup setup-dev lint types contracts checks unit suite coverage fuzz mutants bench shots evaluate peers rules lock clean

help: ## show this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: setup ## set up and open the product with its worker
	@$(PY) -m planner run

test: setup-dev checks suite coverage ## set up and run everything that CI runs

setup: ## install what the product needs
	@$(PYTHON) tools/setup.py

setup-dev: ## install what the tests need as well
	@$(PYTHON) tools/setup.py --dev

checks: lint types contracts ## lint, types and import contracts

lint: ## ruff
	@echo "Lint ..."
	@$(PY) -m ruff check . && $(PY) -m ruff format --check .

types: ## mypy --strict
	@echo "Types ..."
	@$(PY) -m mypy

contracts: ## import contracts
	@echo "Import contracts ..."
	@.venv/bin/lint-imports --config .importlinter

suite: ## all tests; what fails beside the others has to pass alone, and is named
	@$(PY) -m pytest -n $(WORKERS) --dist loadgroup --cov --cov-report= || { \
		echo "Once more, one at a time, what failed beside the others:"; \
		$(PY) -m pytest -v --last-failed --last-failed-no-failures none --cov --cov-append --cov-report= ; }

coverage: ## what the suite must cover
	@$(PY) -m coverage report --include='planner/domain/*,planner/checklist/*,planner/services/*' --fail-under=100 --skip-covered

unit: ## the quick tests only
	@$(PY) -m pytest tests/unit tests/content tests/architecture -q

fuzz: setup-dev ## 100,000 made-up texts against the checklist (long)
	@$(PY) -m tools.fuzz

mutants: setup-dev ## mutation tests on domain and checklist (long)
	@$(PY) -m mutmut run

bench: setup-dev ## speed and memory of the checklist, beside a yardstick in the same run
	@$(PY) -m tests.bench.checklist

shots: setup-dev ## a screenshot of every page, light and dark, wide and narrow
	@$(PY) -m tools.shots

evaluate: setup-dev ## score the checklist on the labelled drafts
	@$(PY) -m tools.evaluate

peers: setup-dev ## score what people use today beside the checklist (installs Presidio, proselint, alex into build/)
	@$(PY) -m tools.peers

rules: setup-dev ## write the generated pages in docs/ anew
	@$(PY) -m tools.write_rules_page
	@$(PY) -m tools.write_connectors_page
	@$(PY) -m tools.write_settings_page
	@$(PY) -m tools.write_mission_page

lock: setup-dev ## compile the pinned requirements anew
	@.venv/bin/uv pip compile -q --universal --python-version 3.11 --no-header --no-emit-index-url requirements.in -o requirements.txt
	@.venv/bin/uv pip compile -q --universal --python-version 3.11 --no-header --no-emit-index-url requirements-team.in -o requirements-team.txt
	@.venv/bin/uv pip compile -q --universal --python-version 3.11 --no-header --no-emit-index-url requirements-dev.in -o requirements-dev.txt
	@.venv/bin/uv pip compile -q --universal --python-version 3.11 --no-header --no-emit-index-url -c requirements-dev.txt requirements-bench.in -o requirements-bench.txt

clean: ## remove the virtual environment and caches (your data stays)
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache mutants

.PHONY: faults bench-delivery bench-pages bench-sessions connectors-table
faults: setup-dev ## break deliveries in every known way and count what is lost, doubled or stuck
	@$(PY) -m tools.faults

bench-delivery: setup-dev ## how many deliveries a second, on both stores, beside the peers, and which goals are reached (long)
	@.venv/bin/uv pip install -q --python $(PY) -r requirements-bench.txt
	@$(PY) -m tests.bench.delivery --repeat 3 --growth 10000 100000 1000000

connectors-table: setup-dev ## run the contract suite and print what it ran for each connector, against which server
	@mkdir -p build
	@$(PY) -m pytest tests/contract -q -n $(WORKERS) --dist loadgroup --junitxml build/contract.xml
	@$(PY) -m tools.connectors_table build/contract.xml

bench-pages: setup-dev ## click to idle and key to mark with 100,000 posts, in a real browser
	@$(PY) -m tests.bench.pages

bench-sessions: setup-dev ## how many busy people one machine carries, how soon the first screen stands, how much memory it takes
	@$(PY) -m tests.bench.sessions
