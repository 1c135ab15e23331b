# `make report` and `make test` work from a fresh clone with nothing but Python >= 3.11.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
OLDEST := .venv-oldest
WHEEL := .venv-wheel
# A path that tools without Python can follow, too: pyright looks for theory there.
EDITABLE := --config-settings editable_mode=compat

# Each process one thread: what is to be done at once is shared out among processes, and BLAS threads of several
# processes wait for each other.
ONE := OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1

# Without byte code kept, each of the many processes compiles all modules that pytest rewrites anew.
unexport PYTHONDONTWRITEBYTECODE

# Files in the order they are collected in: long ones early, so that no worker idles at the end.
PYTEST := pytest -n 2 --dist loadfile --no-loadscope-reorder

.PHONY: report site test checks formal robust bench lint coverage mutants fuzz wheel-test docs oldest clean

report: $(VENV)/check.stamp
	$(BIN)/manyfaces report --project many-faces -o report.pdf

# The findings as pages to browse, with the API reference beside them, from the claims of the last report.
site: docs
	test -f report.json || $(BIN)/manyfaces report --project many-faces -o report.pdf
	$(BIN)/manyfaces site site --reference docs/_build/html

test: $(VENV)/dev.stamp
	$(ONE) $(BIN)/$(PYTEST)

checks: $(VENV)/check.stamp
	$(BIN)/pytest checks

# The proofs that a kernel checks, where Rocq is installed: what did not change is not compiled again.
formal: $(VENV)/check.stamp
	$(BIN)/pytest -q checks/papers/many_faces/formal

# An hour and more on two cores; an interrupted series goes on where it was.
robust: $(VENV)/check.stamp $(OLDEST)/dev.stamp
	$(BIN)/manyfaces robust --python $(OLDEST)/bin/python

bench: $(VENV)/dev.stamp
	@for script in tests/benchmarks/bench_*.py; do echo "== $$script"; $(BIN)/python $$script || exit 1; done

# pyright --verifytypes looks for packages with the python that comes first on PATH.
lint: $(VENV)/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/pyright --verifytypes theory --ignoreexternal

# Which lines and branches of theory its own tests and examples reach; fails under the floor in pyproject.toml.
coverage: $(VENV)/dev.stamp
	$(ONE) $(BIN)/coverage run -m pytest tests/theory theory
	$(BIN)/coverage report

# A sample of mutants of theory against its own tests, three quarters of an hour; an interrupted one goes on where it was.
# MUTANTS=400 MUTANTS_SEED=0 say how many, and which.
mutants: $(VENV)/mutants.stamp
	$(ONE) $(BIN)/python tests/mutants.py

# Random cases of every solver of theory, each checked exactly; an interrupted series goes on where it was. The 100,000 of
# each target take some eight hours on two cores that have nothing else to do, FUZZ="--cases 1000" five minutes.
fuzz: $(VENV)/dev.stamp
	$(ONE) $(BIN)/python tests/fuzz/run.py $(FUZZ)

# What is built, away from its sources: in an environment that has the wheel, run from a folder that has nothing.
wheel-test: $(VENV)/dev.stamp
	rm -rf $(WHEEL) && mkdir -p $(WHEEL)/empty
	$(BIN)/python -m build --no-isolation --outdir $(WHEEL) .
	$(PYTHON) -m venv $(WHEEL)/venv
	$(WHEEL)/venv/bin/pip install -q -c constraints.txt torch
	$(WHEEL)/venv/bin/pip install -q -c constraints.txt "$$(ls $(CURDIR)/$(WHEEL)/*.whl)[check]" build setuptools
	cd $(WHEEL)/empty && $(ONE) ../venv/bin/python -P -m pytest -q --pyargs checks --claims-only=sec-2.2.monotone
	cd $(WHEEL)/empty && $(ONE) ../venv/bin/python -P -m pytest -q $(CURDIR)/tests/test_packaging.py
	cd $(WHEEL)/empty && $(ONE) ../venv/bin/python -P -m pytest -q $(CURDIR)/tests/reports/starter/test_tutorial.py
	cd $(WHEEL)/empty && ../venv/bin/manyfaces init a-paper && ../venv/bin/pip install -q --no-build-isolation --no-deps ./a-paper
	cd $(WHEEL)/empty && mkdir away && cd away && ../../venv/bin/manyfaces papers | grep "installed: a_paper"
	cd $(WHEEL)/empty/away && $(ONE) ../../venv/bin/manyfaces report --project a-paper

# The API reference, in docs/_build; every warning is an error, broken links among them.
docs: $(VENV)/docs.stamp
	$(BIN)/python -m sphinx -b html -W --keep-going -n -q -d docs/_build/.doctrees docs docs/_build/html
	@echo "docs/_build/html/index.html"

# All the tests with the oldest torch that pyproject.toml admits, the rest as pinned; PYTHON must be one it was built for.
oldest: $(OLDEST)/dev.stamp
	$(ONE) $(OLDEST)/bin/$(PYTEST)

# torch is asked for by name first: a resolver that starts from a package needing torch may pick its newest build.
$(VENV)/check.stamp: pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install -q -c constraints.txt torch
	$(BIN)/pip install -q -c constraints.txt $(EDITABLE) -e '.[check]'
	touch $@

$(VENV)/dev.stamp: $(VENV)/check.stamp
	$(BIN)/pip install -q -c constraints.txt $(EDITABLE) -e '.[check,dev]'
	touch $@

$(VENV)/mutants.stamp: $(VENV)/dev.stamp
	$(BIN)/pip install -q -c constraints.txt $(EDITABLE) -e '.[mutants]'
	touch $@

$(VENV)/docs.stamp: $(VENV)/check.stamp
	$(BIN)/pip install -q -c constraints.txt $(EDITABLE) -e '.[docs]'
	touch $@

$(OLDEST)/dev.stamp: pyproject.toml constraints.txt
	test -x $(OLDEST)/bin/python || $(PYTHON) -m venv $(OLDEST)
	oldest=$$(sed -n 's/^ *"torch>=\([0-9.]*\)",$$/\1/p' pyproject.toml) && test -n "$$oldest" && \
	    sed "s/^torch==.*/torch==$$oldest/" constraints.txt > $(OLDEST)/constraints.txt
	$(OLDEST)/bin/pip install -q -c $(OLDEST)/constraints.txt torch
	$(OLDEST)/bin/pip install -q -c $(OLDEST)/constraints.txt $(EDITABLE) -e '.[check,dev]'
	touch $@

clean:
	rm -rf $(VENV) $(OLDEST) $(WHEEL) .cache .coverage docs/_build site report*.pdf report*.json
