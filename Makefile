# Garage Desk. Python 3.11 or newer and make are all a machine needs: the rest is fetched on first use.

UV_VERSION := 0.13.9
UV := .tools/bin/uv
PY := .venv/bin/python

# `exec`: a signal for make must reach the services' keeper itself, not a shell in between that would leave it running.
WITH_SERVICES := exec $(PY) -m garage_desk.embedded --with-parent

GARAGES ?= 3
BOOKINGS ?= 100000

.PHONY: help run test bench demo fmt lint messages
.DELETE_ON_ERROR:

help:
	@echo "make run       start everything and print the address (HOST=127.0.0.1 PORT=8000 DATA_DIR=var)"
	@echo "make test      linters, type checks and the whole suite (ARGS='tests/fleet -k plate')"
	@echo "make bench     measure the pages people wait for"
	@echo "make demo      load more demo data (GARAGES=3 BOOKINGS=100000)"
	@echo "make fmt       format the code"
	@echo "make lint      linters and type checks"
	@echo "make messages  collect the texts to translate into locale/"

run: static/build/.made
	@$(WITH_SERVICES) --serve

test: lint
	@CHROMIUM_PATH="$$($(PY) tests/chromium.py)"; export CHROMIUM_PATH; \
	$(WITH_SERVICES) --test -- .venv/bin/pytest $(ARGS)

bench: static/build/.made
	@$(WITH_SERVICES) --name bench -- $(PY) -m bench $(ARGS)

demo: static/build/.made
	@$(WITH_SERVICES) --migrate -- $(PY) manage.py load_demo --garages $(GARAGES) --bookings $(BOOKINGS)

fmt: .venv/.synced
	.venv/bin/ruff check --fix --quiet .
	.venv/bin/ruff format --quiet .

lint: static/build/.made
	.venv/bin/ruff check --quiet --output-format concise .
	.venv/bin/ruff format --check --quiet .
	.venv/bin/djlint --lint --quiet templates
	.venv/bin/mypy --no-error-summary .

messages: .venv/.synced
	$(PY) -m garage_desk.messages
	$(PY) -m garage_desk.assets

# --- What is made on first use ---------------------------------------------------------------------------------------
# What pages load: icons, stylesheets, translations.
static/build/.made: .venv/.synced garage_desk/assets.py static/icons.txt \
		$(shell find static/css locale -name '*.css' -o -name '*.po' 2>/dev/null)
	@$(PY) -m garage_desk.assets
	@mkdir -p $(@D) && touch $@

# The packages of the lock file, on the Python that is there. uv's cache is in the home folder, where there is one.
.venv/.synced: .tools/uv-$(UV_VERSION) uv.lock
	@echo "Installing the packages of uv.lock ..."
	@cache="$${UV_CACHE_DIR:-$${XDG_CACHE_HOME:-$$HOME/.cache}/uv}"; \
	mkdir -p "$$cache" 2>/dev/null && test -w "$$cache" || cache=.tools/cache; \
	UV_CACHE_DIR="$$cache" UV_PROJECT_ENVIRONMENT=.venv UV_PYTHON_DOWNLOADS=never $(UV) sync --frozen --quiet
	@touch $@

# Debian refuses `pip install` outside a virtual environment and has no venv without a further package; a folder of
# our own works everywhere.
.tools/uv-$(UV_VERSION):
	@echo "Fetching uv $(UV_VERSION) ..."
	@mkdir -p .tools
	@if ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then \
		echo "Garage Desk needs Python 3.11 or newer as python3." >&2; exit 1; \
	elif python3 -m pip --version >/dev/null 2>&1; then \
		pip="python3 -m pip"; \
	elif python3 -m venv .tools/pip >/dev/null 2>&1; then \
		pip=".tools/pip/bin/python -m pip"; \
	elif test "$$(id -u)" = 0 && command -v apt-get >/dev/null && echo "Installing python3-pip ..." && \
		apt-get -qq update >/dev/null && apt-get -qq install -y --no-install-recommends python3-pip >/dev/null; then \
		pip="python3 -m pip"; \
	else \
		echo "This Python has no pip, which is needed once: install the package python3-pip." >&2; exit 1; \
	fi; \
	PIP_ROOT_USER_ACTION=ignore PIP_DISABLE_PIP_VERSION_CHECK=1 \
		$$pip install --quiet --upgrade --target .tools "uv==$(UV_VERSION)"
	@touch $@
