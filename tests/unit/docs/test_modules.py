# SPDX-License-Identifier: GPL-3.0-or-later
"""A module's documentation and options agree, in-process and remote, and its action group is complete."""

from __future__ import annotations

import ast
import importlib
import inspect
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.argument_spec import (
    AUTH_ARGUMENT_SPEC,
    ROLE_ARGUMENT_SPEC,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.options.tenant_options import KEYS

ROOT = Path(__file__).resolve().parents[3]
COLLECTION = "ansible_collections.ml_platform.seldon.plugins"
MODULES = sorted(path.stem for path in (ROOT / "plugins" / "modules").glob("*.py"))
KEYS_OF_DOCUMENTATION = {"description", "version_added", "suboptions"}
KEYS_OF_SPEC = {"no_log", "options"}


def load(kind: str, name: str) -> Any:
    """The Python module of a plugin."""
    return importlib.import_module(f"{COLLECTION}.{kind}.{name}")


def load_entry_point(name: str) -> Any:
    """The entry point of a module."""
    return load("module_utils._internal", f"{name}.entry_point")


def fragment_options(name: str) -> dict[str, Any]:
    """The options of a fragment such as ``ml_platform.seldon.auth`` or ``ml_platform.seldon.attributes.action_group``."""
    _collection, file, *variable = name.removeprefix("ml_platform.").split(".")
    fragment = load("doc_fragments", file).ModuleDocFragment
    text = getattr(fragment, variable[0].upper() if variable else "DOCUMENTATION")
    return dict(yaml.safe_load(text)["options"])


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
    """An argument spec with only the keys that documentation has."""
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


def test_every_module_is_run_by_an_action_that_is_there() -> None:
    """Each module has an action plugin of its name, or meta/runtime.yml redirects to one."""
    actions = [path.stem for path in (ROOT / "plugins" / "action").glob("*.py")]
    routing = yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text())["plugin_routing"]
    led = {name: route["action_plugin"] for name, route in routing["modules"].items()}
    assert sorted([*actions, *led]) == MODULES, "each module once, and no action without a module of its name"
    assert {*led.values()} <= {f"ml_platform.seldon.{name}" for name in actions}


@pytest.mark.parametrize("fragment", ["auth", "role"])
def test_a_fragment_documents_the_options_that_modules_share(fragment: str) -> None:
    shared = {"auth": AUTH_ARGUMENT_SPEC, "role": ROLE_ARGUMENT_SPEC}[fragment]
    assert documented(fragment_options(f"ml_platform.seldon.{fragment}")) == specified(shared)


@pytest.mark.parametrize("name", MODULES)
def test_an_entry_point_has_three_public_names(name: str) -> None:
    entry_point = load_entry_point(name)
    source = ast.parse(Path(entry_point.__file__).read_text(encoding="utf-8"))
    assigned = [node.target.id for node in source.body if isinstance(node, ast.AnnAssign)]  # type: ignore[union-attr]
    assigned += [node.targets[0].id for node in source.body if isinstance(node, ast.Assign)]  # type: ignore[attr-defined]
    defined = [node.name for node in source.body if isinstance(node, (ast.FunctionDef, ast.ClassDef))]
    assert {one for one in (*assigned, *defined) if not one.startswith("_")} == {"ARGUMENT_SPEC", "CONSTRAINTS", "run"}
    assert list(inspect.signature(entry_point.run).parameters) == ["params", "invocation"]


@pytest.mark.parametrize("name", MODULES)
def test_a_module_is_its_documentation_and_one_call(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    module, served = load("modules", name), []
    monkeypatch.setattr(module, "run_module", served.append)
    module.main()
    assert served == [load_entry_point(name)]


@pytest.mark.parametrize("name", MODULES)
def test_the_documented_options_are_the_specified_ones(name: str) -> None:
    documentation, spec = yaml.safe_load(load("modules", name).DOCUMENTATION), load_entry_point(name).ARGUMENT_SPEC
    fragments = documentation["extends_documentation_fragment"]
    assert "ml_platform.seldon.auth" in fragments
    options = dict(documentation["options"])
    for fragment in fragments:
        for option, shared in fragment_options(fragment).items():
            options[option] = {**shared, **options.get(option, {})}  # as Ansible merges them
    said = documented(options)
    for option in read_by_the_collection(said, spec):
        del said[option]["suboptions"]
    assert said == specified(spec)


def read_by_the_collection(said: dict[str, Any], spec: dict[str, Any]) -> set[str]:
    """Options whose keys Ansible does not validate, so that the collection's own messages are shown."""
    return {option for option in said if "suboptions" in said[option] and "options" not in spec[option]}


def test_what_the_collection_reads_itself_are_options_of_roles() -> None:
    """tests/unit/roles/test_nested_options.py compares these keys with the ones that are read."""
    found = {name: fragment_options(f"ml_platform.seldon.role_options.{name}") for name in ("tenant", "platform")}
    assert {name: {*options} for name, options in found.items()} == {
        "tenant": {"tenant"},
        "platform": {"network", "scoping_guard_options"},
    }
    assert {*found["tenant"]["tenant"]["suboptions"]} == {*KEYS}
    assert "{{" not in yaml.safe_dump(found) and "raw" not in {option["type"] for option in nested(found)}


def nested(options: dict[str, Any]) -> list[dict[str, Any]]:
    """Every documented suboption of these options."""
    found = []
    for value in options.values():
        if isinstance(value, dict):
            found += [value] if isinstance(value.get("type"), str) else []
            found += nested(value)
    return found


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
