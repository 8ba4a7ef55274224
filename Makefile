# Two commands are enough: `make run` and `make test`.

export PATH := $(CURDIR)/.venv/bin:$(PATH)
PYTHON := python3
# Many processes load the same code: whoever asked Python not to keep what it compiled does not mean us.
unexport PYTHONDONTWRITEBYTECODE

POT := tmp/messages.pot
EXTRACT := pybabel -q extract --mapping-file pyproject.toml --keywords lazy_gettext --keywords _l \
	--no-location --sort-output --omit-header --output-file $(POT) lms
UPDATE := pybabel -q update --domain messages --input-file $(POT) --output-dir lms/translations \
	--no-fuzzy-matching --ignore-obsolete --omit-header
PYTEST := pytest -q -n 3 --cov=lms --cov-report=

# Tests write thousands of small files and wait for each: on a RAM disk, if there is one with 2 GB to spare.
ifndef TMPDIR
export TMPDIR := $(or $(shell df -k /dev/shm 2>/dev/null | awk '$$4 > 2000000 && NR == 2 {print "/dev/shm"}'),/tmp)
endif

ON_POSTGRESQL := tests/domain tests/cli tests/safety tests/web/test_admin_audit.py \
	$(filter-out tests/test_nothing_leaves.py tests/test_printing.py tests/test_worker.py,$(wildcard tests/test_*.py))

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s%s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## set everything up and serve on http://127.0.0.1:8000
	@$(PYTHON) tools/setup.py
	@exec lms serve --prepare

test: setup-tests style types translations tests ## set everything up and run every check

setup: ## what running needs, and nothing else
	@$(PYTHON) tools/setup.py

setup-tests:
	@$(PYTHON) tools/setup.py --tests

style: ## is it written as we write?
	ruff check
	ruff format --check
	djlint --quiet --lint lms/templates

types: ## are the types right?
	mypy

translations: ## does every catalogue know every text?
	@mkdir -p tmp
	$(EXTRACT)
	$(UPDATE) --check

tests: ## all tests on SQLite, all but the pages on PostgreSQL; every line and branch is reached
	coverage erase
	DATABASE=sqlite COVERAGE_FILE=.coverage.sqlite $(PYTEST)
	DATABASE=postgresql COVERAGE_FILE=.coverage.postgresql $(PYTEST) -m "not browser and not once" $(ON_POSTGRESQL)
	coverage combine --quiet .coverage.sqlite .coverage.postgresql
	coverage report --fail-under=100

postgresql: setup-tests ## all tests on PostgreSQL, the pages too
	DATABASE=postgresql $(PYTEST) -m "not browser and not once"

chaos: setup-tests ## fifty kills, a long lock, every naughty string: all of tests/safety in full (a quarter of an hour)
	CHAOS=1 DATABASE=sqlite pytest -q -s tests/safety

real: setup-tests ## walk the whole "Run it for real" in a bare Debian (as root, needs debootstrap; a quarter of an hour)
	$(PYTHON) -m tests.chroot

verifiers: setup-tests ## show badges to the verifier that others use (needs node; fetches it with npm into tmp/)
	$(PYTHON) -m tests.verifiers

mutants: setup-tests ## change what grades and permits, line by line; how much do the tests notice? (an hour; needs mutmut)
	@test -x .mutmut/bin/mutmut || { $(PYTHON) -m venv .mutmut && .mutmut/bin/pip install -q -r requirements-dev.txt \
		&& .mutmut/bin/pip install -q mutmut; }
	DATABASE=sqlite nice .mutmut/bin/mutmut run
	.mutmut/bin/mutmut results | sed 's/.*: //' | sort | uniq -c

format: ## write it as we write
	ruff check --fix
	ruff format
	djlint --quiet --reformat lms/templates

catalogues: ## bring new texts into the catalogues of the translators
	@mkdir -p tmp
	$(EXTRACT)
	$(UPDATE)

bench: setup-tests ## what each page costs; LEARNERS=200000 for a larger crowd, ONCE=1 without ten times as many
	$(PYTHON) -m tools.bench --learners $(or $(LEARNERS),20000) $(if $(ONCE),--once)

lighthouse: setup-tests ## Lighthouse on four pages of the demo (needs node; fetches it with npm into tmp/)
	$(PYTHON) -m tools.bench.lighthouse

lock: ## choose the newest packages (needs uv)
	for name in requirements requirements-dev; do \
		uv pip compile --quiet --upgrade --no-strip-extras --universal --generate-hashes --no-emit-index-url \
			--no-header --python-version 3.11.2 $$name.in --output-file $$name.txt || exit 1; \
	done

clean: ## forget everything that was made, but not what people entered (instance/)
	rm -rf .venv .mutmut mutants .native .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage* tmp
	find . -name __pycache__ -prune -exec rm -rf {} +
	find lms -name '*.mo' -delete

.PHONY: help run test real verifiers setup setup-tests style types translations tests postgresql chaos mutants format catalogues lock clean bench lighthouse
.DEFAULT_GOAL := help
