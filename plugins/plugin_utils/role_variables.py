# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Looks for a host's variables that seem to be options of a role and are not. Only a controller knows a host's variables."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping
from pathlib import Path

import yaml
from ansible_collections.ml_platform.seldon.plugins.module_utils.preflight.variables import (
    options_of,
    unknown_variables,
)

PLAYBOOK_VARIABLES: t.Final[dict[str, frozenset[str]]] = {
    "seldon_deploy_": frozenset({"seldon_deploy_checks", "seldon_deploy_inventory_is_part", "seldon_deploy_tenants"}),
    "seldon_verify_": frozenset(
        {"seldon_verify_fail_on", "seldon_verify_report_dir", "seldon_verify_requests", "seldon_verify_waivers"}
    ),
}
"""What the playbooks themselves take, by prefix."""


def unknown_playbook_variables(given: t.Iterable[str]) -> list[str]:
    """One line for each variable with a playbook's prefix that no playbook reads."""
    names = [str(name) for name in given]
    return [
        str(problem)
        for prefix, known in PLAYBOOK_VARIABLES.items()
        for problem in unknown_variables(prefix, known, names)
    ]


def unknown_role_variables(role_path: str | None, task_vars: Mapping[str, t.Any]) -> list[str]:
    """One line for each variable with the role's prefix that its argument_specs.yml does not have, and for each with a playbook's; none without a role."""
    if not role_path:
        return []
    role = Path(role_path)
    specs = yaml.safe_load((role / "meta" / "argument_specs.yml").read_text(encoding="utf-8"))
    unknown = unknown_variables(f"{role.name}_", options_of(specs), [str(name) for name in task_vars])
    return [*map(str, unknown), *unknown_playbook_variables(task_vars)]
