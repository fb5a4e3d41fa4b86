# Every command a person needs. `make demo` and `make test` set up all they use; run again, they take seconds.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUN := $(VENV)/.run-$(shell cat requirements.lock pyproject.toml | cksum | cut -d' ' -f1)
DEV := $(VENV)/.dev-$(shell cat requirements-dev.lock pyproject.toml | cksum | cut -d' ' -f1)

# What the tests run besides Python, command:package. Poppler reads PDFs, LibreOffice saves files, Chromium opens pages, nginx is in front.
TOOLS := pdfinfo:poppler-utils soffice:libreoffice-calc lowriter:libreoffice-writer loimpress:libreoffice-impress chromium:chromium nginx:nginx-light openssl:openssl

.PHONY: demo test check check-style check-types check-sql check-docs bench format docs screenshots lock tools
.PHONY: install install-dev clean

demo: $(RUN)
	@$(BIN)/clas demo

# A file goes whole to one worker, which makes its fixtures once; in their order, the long ones come first.
test: $(DEV)
	@for tool in $(TOOLS); do PATH="$$PATH:/usr/sbin" command -v $${tool%%:*} >/dev/null || \
	  { echo "Il manque $${tool%%:*}, dont les tests ont besoin (Debian : apt install $${tool##*:})."; exit 2; }; done
	@$(BIN)/pytest -n auto --dist loadfile --no-loadscope-reorder

# Side by side with `make -j 2 check`.
check: check-style check-types check-sql check-docs

check-style: $(DEV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

check-types: $(DEV)
	$(BIN)/mypy

check-sql: $(DEV)
	$(BIN)/sqlfluff lint pipeline/sql/core pipeline/sql/marts pipeline/sql/diffusion pipeline/sql/validation

check-docs: $(DEV)
	$(BIN)/clas dictionary --check

# Measures an hour or so and writes bench/RESULTS.md again; BENCH="--full" or BENCH="--only floor" go on to it.
bench: $(DEV)
	$(BIN)/python -m bench $(BENCH)

format: $(DEV)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/sqlfluff fix pipeline/sql/core pipeline/sql/marts pipeline/sql/diffusion pipeline/sql/validation

docs: $(DEV)
	$(BIN)/clas dictionary --out docs/dictionary.md

# The pictures of the README, taken in Chromium: look at them before you commit them.
screenshots: $(DEV)
	PYTHONPATH=. $(BIN)/python scripts/screenshots.py

# Names, versions and hashes; no host. Needs uv.
lock:
	uv pip compile -q pyproject.toml --extra build --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-header -o requirements.lock
	uv pip compile -q pyproject.toml --extra build --extra dev --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header -c requirements.lock -o requirements-dev.lock

# For .ci/run, which installs what is missing of them.
tools:
	@echo $(TOOLS)

# What can be made again. data/etat cannot: accounts, what the committee adopted, what was diffused.
clean:
	rm -rf $(VENV) data/curated

install: $(RUN)

install-dev: $(DEV)

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 ou plus récent est nécessaire (PYTHON=python3.12 make demo pour en désigner un autre)."; exit 2; }
	@$(PYTHON) -m venv $(VENV) || \
	  { rm -rf $(VENV); echo "Le module venv de Python manque : installez-le (Debian : apt install python3-venv)."; exit 2; }

# The stamps are named by what they install: another lock file, or an older one come back, installs again.
$(RUN): | $(VENV)/bin/python
	@echo "Installation (une à deux minutes, la première fois)…"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@rm -f $(VENV)/.run-* && touch $@

$(DEV): | $(VENV)/bin/python
	@echo "Installation des outils de développement (deux minutes, la première fois)…"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@rm -f $(VENV)/.dev-* && touch $@
