# SPDX-License-Identifier: GPL-3.0-or-later
"""What a module documents is what it takes, in-process and remote alike, and its action group is complete."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.ml_platform.seldon.plugins.doc_fragments.auth import ModuleDocFragment
from ansible_collections.ml_platform.seldon.plugins.module_utils.kube.argument_spec import AUTH_ARGUMENT_SPEC

ROOT = Path(__file__).resolve().parents[3]
COLLECTION = "ansible_collections.ml_platform.seldon.plugins"
MODULES = sorted(path.stem for path in (ROOT / "plugins" / "modules").glob("*.py"))
KEYS_OF_DOCUMENTATION = {"description", "version_added", "suboptions"}
KEYS_OF_SPEC = {"no_log", "options"}


def load(kind: str, name: str) -> Any:
    """The Python module of a plugin."""
    return importlib.import_module(f"{COLLECTION}.{kind}.{name}")


def documented(options: dict[str, Any]) -> dict[str, Any]:
    """Documented options in the shape of an argument spec."""
    found = {}
    for name, option in options.items():
        found[name] = {key: value for key, value in option.items() if key not in KEYS_OF_DOCUMENTATION}
        found[name].setdefault("type", "str")
        if "suboptions" in option:
            found[name]["suboptions"] = documented(option["suboptions"])
    return found


def specified(spec: dict[str, Any]) -> dict[str, Any]:
    """An argument spec without what documentation does not say."""
    found = {}
    for name, option in spec.items():
        found[name] = {
            key: list(value) if isinstance(value, tuple) else value
            for key, value in option.items()
            if key not in KEYS_OF_SPEC
        }
        found[name].setdefault("type", "str")
        if "options" in option:
            found[name]["suboptions"] = specified(option["options"])
    return found


def test_there_are_modules() -> None:
    assert {"applyset", "tenant"} <= set(MODULES)


def test_the_action_group_is_complete() -> None:
    groups = yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text())["action_groups"]
    assert groups == {"seldon": MODULES}


def test_every_module_has_its_action_and_every_action_its_module() -> None:
    actions = sorted(path.stem for path in (ROOT / "plugins" / "action").glob("*.py"))
    assert actions == MODULES


def test_the_fragment_auth_is_the_spec() -> None:
    fragment = yaml.safe_load(ModuleDocFragment.DOCUMENTATION)
    assert documented(fragment["options"]) == specified(AUTH_ARGUMENT_SPEC)


@pytest.mark.parametrize("name", MODULES)
def test_module_and_action_share_one_spec(name: str) -> None:
    module, action = load("modules", name), load("action", name).ActionModule
    assert module.ARGUMENT_SPEC is action.ARGUMENT_SPEC
    assert getattr(module, "CONSTRAINTS", {}) == action.CONSTRAINTS


@pytest.mark.parametrize("name", MODULES)
def test_the_documented_options_are_the_specified_ones(name: str) -> None:
    module = load("modules", name)
    documentation = yaml.safe_load(module.DOCUMENTATION)
    assert "ml_platform.seldon.auth" in documentation["extends_documentation_fragment"]
    own = {option: value for option, value in module.ARGUMENT_SPEC.items() if option not in AUTH_ARGUMENT_SPEC}
    assert documented(documentation["options"]) == specified(own)
    assert {option: module.ARGUMENT_SPEC[option] for option in AUTH_ARGUMENT_SPEC} == AUTH_ARGUMENT_SPEC


@pytest.mark.parametrize("name", MODULES)
def test_every_module_says_what_it_supports(name: str) -> None:
    documentation = yaml.safe_load(load("modules", name).DOCUMENTATION)
    assert documentation["module"] == name
    for attribute in ("check_mode", "diff_mode", "idempotent"):
        assert documentation["attributes"][attribute]["support"] in ("full", "partial", "none")


@pytest.mark.parametrize("name", MODULES)
def test_examples_name_the_module_in_full(name: str) -> None:
    tasks = yaml.safe_load(load("modules", name).EXAMPLES)
    assert any(f"ml_platform.seldon.{name}" in task for task in tasks)
    assert all("name" in task for task in tasks)
