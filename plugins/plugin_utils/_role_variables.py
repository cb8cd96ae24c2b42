# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Finds variables of a host that look like options of a role and are not.

Only the controller knows the variables of a host.
"""

from __future__ import annotations

import typing as t
from collections.abc import Mapping
from pathlib import Path

from ansible.module_utils.common.yaml import yaml_load
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.diagnosis.render import as_line
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.preflight.variables import (
    options_of,
    unknown_variables,
)

PLAYBOOK_VARIABLES: t.Final[dict[str, frozenset[str]]] = {
    "seldon_deploy_": frozenset({"seldon_deploy_checks", "seldon_deploy_inventory_is_part", "seldon_deploy_tenants"}),
    "seldon_verify_": frozenset(
        {"seldon_verify_fail_on", "seldon_verify_report_dir", "seldon_verify_requests", "seldon_verify_waivers"}
    ),
}
"""Variables of the playbooks, by prefix."""
_NO_SECRETS: t.Final[frozenset[str]] = frozenset(
    {
        "context",
        "kubeconfig",
        "seldon_deploy_checks",
        "seldon_deploy_inventory_is_part",
        "seldon_deploy_tenants",
        "seldon_verify_fail_on",
        "seldon_verify_report_dir",
    }
)
"""Variables of the playbooks whose values may be shown: names, paths and choices."""
_SIMPLE: t.Final[frozenset[str]] = frozenset({"bool", "float", "int", "path", "str"})
_ROLES: t.Final[Path] = Path(__file__).resolve().parents[2] / "roles"


def variables_without_secrets() -> frozenset[str]:
    """Names of variables of the playbooks and roles whose values may be shown: text, numbers, and lists of these.

    A dictionary, such as the values of a chart, can contain a secret.
    """
    specs = [_read_specs(path.parents[1]) for path in _ROLES.glob("*/meta/argument_specs.yml")]
    options = {
        name: option
        for spec in specs
        for entry in spec["argument_specs"].values()
        for name, option in entry["options"].items()
    }
    simple = {
        name
        for name, option in options.items()
        if {option["type"], option.get("elements", "str")} <= _SIMPLE | {"list"}
    }
    return _NO_SECRETS | simple


def unknown_playbook_variables(given: t.Iterable[str]) -> list[str]:
    """One line per variable with the prefix of a playbook that no playbook reads."""
    names = [str(name) for name in given]
    return [
        as_line(problem)
        for prefix, known in PLAYBOOK_VARIABLES.items()
        for problem in unknown_variables(prefix, known, names)
    ]


def unknown_role_variables(role_path: str | None, task_vars: Mapping[str, t.Any]) -> list[str]:
    """One line per variable with the prefix of the role that is not in its argument_specs.yml, and per unknown variable of
    the playbooks. Empty without a role.
    """
    if not role_path:
        return []
    role = Path(role_path)
    unknown = unknown_variables(f"{role.name}_", options_of(_read_specs(role)), [str(name) for name in task_vars])
    return [*map(as_line, unknown), *unknown_playbook_variables(task_vars)]


def _read_specs(role: Path) -> dict[str, t.Any]:
    specs: dict[str, t.Any] = yaml_load((role / "meta" / "argument_specs.yml").read_text(encoding="utf-8"))
    return specs
