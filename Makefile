# The list of commands. Everything may be run again at any time; set-up brings only what is missing.
SHELL := /bin/sh
SYSTEM_PYTHON := $(firstword $(wildcard /usr/bin/python3) python3)
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help setup clouds demo test test-all unit lint mutants format golden bench lock clean

# Set-up, then a suite of tricenter.setup.verify, which is told how long set-up took.
VERIFY = @begun=$$(date +%s); $(SYSTEM_PYTHON) setup/bootstrap.py --clouds $(2) && \
	$(BIN)/python -P -m tricenter.setup.verify $(1) --set-up $$(($$(date +%s) - begun))

help: ## say what there is
	@sed -n 's/^\([a-z-]*\):.*## /\1|/p' Makefile | awk -F'|' '{printf "make %-8s %s\n", $$1, $$2}'

setup: ## bring what this machine is missing: Python environment, lab programs, Pulumi CLI
	@$(SYSTEM_PYTHON) setup/bootstrap.py

clouds: ## the same, and what AWS and GCP need: SDKs, emulated clouds, a language host for YAML
	@$(SYSTEM_PYTHON) setup/bootstrap.py --clouds

demo: setup ## deploy the example here, destroy a center, show the numbers, tear everything down
	@$(BIN)/tricenter demo

test: ## style, types, tests, emulated clouds and the real lab: what has to pass (15 minutes)
	$(call VERIFY,test)

test-all: ## the same and what takes longer; ended, it goes on where it was (ANEW=1: from the start)
	$(call VERIFY,test-all $(if $(ANEW),--anew))

unit: ## style and tests that need no lab, no engine, no browser and no root (3 minutes)
	$(call VERIFY,unit,--python-only)

lint: ## style and types only
	$(call VERIFY,lint,--python-only)

mutants: clouds ## break the code on purpose, place by place: each time a test has to notice (root)
	@$(BIN)/python -m tests.mutants

format: ## put all Python files into the one format
	@$(BIN)/ruff check --fix --quiet .; $(BIN)/ruff format .

golden: ## write the golden files anew; look at the difference before you commit it
	@$(BIN)/pytest -q -m "not lab" --update-golden

bench: ## measure against the budgets and print the numbers
	@$(BIN)/python -P benchmarks

lock: ## resolve the requirements anew (needs uv on PATH)
	@sh setup/lock.sh

clean: ## remove the environment and what builds left here (not the lab's stacks: tricenter down)
	rm -rf .venv .cache build dist *.egg-info .pytest_cache .ruff_cache .hypothesis .coverage
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
