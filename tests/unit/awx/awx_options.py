# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of the modules of awx.awx, read from their documentation."""

from __future__ import annotations

import ast
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Any

import ansible_collections.awx.awx as awx
import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

MODULES = Path(next(iter(awx.__path__))) / "plugins" / "modules"


@lru_cache
def options_of(module: str) -> dict[str, Any]:
    """An argument spec, from the module's DOCUMENTATION."""
    tree = ast.parse((MODULES / f"{module}.py").read_text(encoding="utf-8"))
    [text] = [
        node.value.value for node in tree.body if isinstance(node, ast.Assign) and node.targets[0].id == "DOCUMENTATION"
    ]  # type: ignore[attr-defined]
    return _spec(yaml.safe_load(text)["options"])


def _spec(options: dict[str, Any]) -> dict[str, Any]:
    kept = ("type", "elements", "choices", "required", "aliases")
    found = {name: {key: option[key] for key in kept if key in option} for name, option in options.items()}
    for name, option in options.items():
        if "suboptions" in option:
            found[name]["options"] = _spec(option["suboptions"])
    return found


def option_problems(module: str, entry: dict[str, Any]) -> list[str]:
    """The entry's problems as the module's options: unknown names, types, choices, missing options."""
    spec = options_of(module)
    unknown = [f"{module} has no option {name}{_meant(name, spec)}" for name in entry if name not in _names(spec)]
    validated = ArgumentSpecValidator(spec).validate(
        {name: value for name, value in entry.items() if name in _names(spec)}
    )
    booleans = [
        f"{module}: {name} is {value!r}, expected true or false"
        for name, value in entry.items()
        if spec.get(name, {}).get("type") == "bool" and not isinstance(value, bool)
    ]
    return unknown + booleans + [f"{module}: {message}" for message in validated.error_messages]


def _names(spec: dict[str, Any]) -> set[str]:
    return {*spec, *(alias for option in spec.values() for alias in option.get("aliases", ()))}


def _meant(name: str, spec: dict[str, Any]) -> str:
    close = get_close_matches(name, spec, n=1)
    return f"; did you mean {close[0]}?" if close else ""
