# Every target hands over to config/dev, which needs nothing but a Debian 12 (or a derivative).
.DEFAULT_GOAL := help
.PHONY: help setup run test test-one lint format shell access-lists screenshots bench translations reset

help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup:  ## get what is missing: Debian packages, Python packages, Odoo 19, PostgreSQL
	@config/dev setup

run:  ## serve the suite with demo data on http://127.0.0.1:8069 (another port: PORT=8070)
	@config/dev run $(if $(PORT),--port $(PORT))

test:  ## run every test of the project and end with a summary
	@config/dev test $(ARGS)

test-one:  ## run some tests on the whole suite: T=addons/service_ticket/tests/test_x.py (ARGS="-k name -x")
	@config/dev test-one $(T) -- $(ARGS)

lint:  ## ruff, pylint-odoo and, where npx is there, prettier
	@config/dev lint

format:  ## let ruff and prettier put the code into its form
	@config/dev format

shell:  ## an Odoo shell on the database of `make run`
	@config/dev shell

access-lists:  ## write what tests/security compares with anew: rights, public methods
	@folder=$$(mktemp -d) && chmod 777 $$folder \
	&& SECURITY_UPDATE=$$folder config/dev test-one tests/security -- -k "list or table" \
	&& cp $$folder/* tests/security/ && git diff --stat tests/security; rm -rf "$$folder"

screenshots:  ## take the pictures of docs/images anew from the demo data
	@config/dev screenshots

bench:  ## time the suite against its peers: ARGS="--sizes 1000,100000"
	@config/dev bench $(ARGS)

translations:  ## bring the .pot and .po files up to what the code says
	@config/dev translations

reset:  ## drop the project's databases; what was downloaded stays
	@config/dev reset
