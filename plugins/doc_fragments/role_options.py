# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Options that a role passes to its module. They are documented in the role's meta/argument_specs.yml only."""

from __future__ import annotations

import re
import typing as t
from collections.abc import Iterable, Mapping
from pathlib import Path

import yaml

_ROLES = Path(__file__).resolve().parents[2] / "roles"


def _suboptions(options: Mapping[str, t.Any]) -> dict[str, t.Any]:
    return {name: _suboption(option) for name, option in options.items()}


def _suboption(option: Mapping[str, t.Any]) -> dict[str, t.Any]:
    """A role's option as an option of a module. A default that is a template applies to the role only."""
    kept = {key: value for key, value in option.items() if key != "options"}
    if str(kept.get("default")).startswith("{{"):
        del kept["default"]
    if "options" in option:
        # The type of these is raw in the role, so that the collection validates them and not Ansible.
        kind = "elements" if kept["type"] == "list" else "type"
        return {**kept, kind: "dict", "suboptions": _suboptions(option["options"])}
    return kept


def _of_role(role: str, names: Iterable[str], parent: str = "") -> dict[str, t.Any]:
    """Options of a role, by their names without the role's name.

    References to other options of the role become references to options of the module, below the option ``parent``.
    """
    text = (_ROLES / role / "meta" / "argument_specs.yml").read_text(encoding="utf-8")
    specs = yaml.safe_load(re.sub(rf"\bO\({role}_", f"O({parent}", text))
    options = specs["argument_specs"]["main"]["options"]
    return _suboptions({name: options[f"{role}_{name}"] for name in names})


def _tenant() -> dict[str, t.Any]:
    role = "tenant_namespace"
    variables = yaml.safe_load((_ROLES / role / "vars" / "main.yml").read_text(encoding="utf-8"))
    keys = _of_role(role, variables["__tenant_namespace_tenant"], "tenant.")
    description = [
        "The tenant's settings, which the platform team decides.",
        "The keys are the variables of the role C(tenant_namespace), without the prefix C(tenant_namespace_).",
    ]
    keys["name"]["required"] = True
    return {"tenant": {"description": description, "type": "dict", "required": True, "suboptions": keys}}


def _text(options: Mapping[str, t.Any]) -> str:
    return yaml.safe_dump({"options": options}, sort_keys=False)


class ModuleDocFragment:
    """Built from the specs of the roles when the documentation is read.

    TENANT and PLATFORM are the options whose keys the collection validates. TENANT_ROLE and PLATFORM_ROLE are the others.
    """

    TENANT = _text(_tenant())
    TENANT_ROLE = _text(
        _of_role(
            "tenant_namespace",
            ("manifests", "extra_kinds", "take_over", "checks", "wait", "wait_timeout", "expected_platforms"),
        )
    )
    PLATFORM = _text(_of_role("seldon_core", ("network", "scoping_guard_options")))
    PLATFORM_ROLE = _text(
        _of_role(
            "seldon_core",
            (
                "namespace",
                "manage",
                "scoping",
                "version",
                "chart_source",
                "values",
                "server_configs",
                "network_policies",
                "crd_guard",
                "deletion_guard",
                "scoping_guard",
                "allowed_registries",
                "allow_downgrade",
            ),
        )
    )
