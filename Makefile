# Every command a person needs: `make help` lists them. Each sets up all it uses; run again, it takes seconds.
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUN := $(VENV)/.run-$(shell cat requirements.lock pyproject.toml | cksum | cut -d' ' -f1)
DEV := $(VENV)/.dev-$(shell cat requirements-dev.lock pyproject.toml | cksum | cut -d' ' -f1)

# What the tests run besides Python, command:package. Poppler reads PDFs, LibreOffice saves files, Chromium opens pages, nginx is in front.
TOOLS := pdfinfo:poppler-utils soffice:libreoffice-calc lowriter:libreoffice-writer loimpress:libreoffice-impress chromium:chromium nginx:nginx-light openssl:openssl

.PHONY: help demo install install-dev test test-long check check-style check-types check-sql check-docs bench format docs
.PHONY: screenshots lock tools clean

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(RUN) ## install the product, build the fictitious data, show the Loiret and one account a role
	@$(BIN)/clas demo

install: $(RUN) ## install the product and nothing else

install-dev: $(DEV) ## install the product and the development tools

# A file goes whole to one worker, which makes its fixtures once; in their order, the long ones come first.
test: $(DEV) ## run the tests
	@for tool in $(TOOLS); do PATH="$$PATH:/usr/sbin" command -v $${tool%%:*} >/dev/null || \
	  { echo "Il manque $${tool%%:*}, dont les tests ont besoin (Debian : apt install $${tool##*:})."; exit 2; }; done
	@$(BIN)/pytest -n auto --dist loadfile --no-loadscope-reorder

# The markers of pyproject.toml leave these out of `make test`, which has a small form of each.
test-long: $(DEV) ## run the long form of what `make test` does in small (a few minutes more)
	@$(BIN)/pytest -n auto --dist worksteal -m long

# Side by side with `make -j 2 check`.
check: check-style check-types check-sql check-docs ## read the code: ruff, mypy, sqlfluff, the dictionary, the picture of the rooms

check-style: $(DEV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

check-types: $(DEV)
	$(BIN)/mypy

check-sql: $(DEV)
	$(BIN)/sqlfluff lint pipeline/sql/staging pipeline/sql/core pipeline/sql/marts pipeline/sql/diffusion pipeline/sql/validation

check-docs: $(DEV)
	$(BIN)/clas dictionary --check
	$(BIN)/python -m scripts.draw_house --check

# BENCH="--full" or BENCH="--only floor" go on to it.
bench: $(DEV) ## measure for an hour or so, write bench/RESULTS.md again (BENCH=--quick: minutes)
	$(BIN)/python -m bench $(BENCH)

format: $(DEV) ## write the code again as `make check` wants it
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/sqlfluff fix pipeline/sql/staging pipeline/sql/core pipeline/sql/marts pipeline/sql/diffusion pipeline/sql/validation

docs: $(DEV) ## write docs/dictionary.md again from the definitions, the rooms of docs/architecture.md from the code
	$(BIN)/clas dictionary --out docs/dictionary.md
	$(BIN)/python -m scripts.draw_house

screenshots: $(DEV) ## take the pictures of the README again, in Chromium: look at them before you commit them
	PYTHONPATH=. $(BIN)/python scripts/screenshots.py

# Names, versions and hashes; no host. Versions that still fit stay: LOCK=--upgrade takes the latest of each,
# LOCK="--upgrade-package pandas" of one.
lock: ## write the two lock files again, from pyproject.toml (needs uv)
	uv pip compile -q $(LOCK) pyproject.toml --extra build --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header -o requirements.lock
	uv pip compile -q $(LOCK) pyproject.toml --extra build --extra dev --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header -c requirements.lock -o requirements-dev.lock

tools: ## list the programs that the tests run, command:package (for .ci/run, which installs what is missing)
	@echo $(TOOLS)

# data/etat stays, for it cannot: accounts, what the committee adopted, what was diffused.
clean: ## delete what can be made again: the environment, the builds of data/curated
	rm -rf $(VENV)
	[ ! -d data/curated ] || find data/curated -mindepth 1 -maxdepth 1 ! -name README.md -exec rm -rf {} +


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
