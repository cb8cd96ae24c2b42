# SPDX-License-Identifier: GPL-3.0-or-later
"""The AWX objects that the modules get: `playbooks/vars/awx.yml` with its own variables resolved."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[3]
FILE = ROOT / "playbooks" / "vars" / "awx.yml"
PATTERN = ROOT / "extensions" / "patterns" / "seldon_tenants"
GIVEN = {
    "awx_setup_image": "registry.example.com/ee/seldon:1",
    "awx_setup_notification_url": "https://alerts.example.com/awx",
}
"""Values for the variables without a default."""
REFERENCE = re.compile(r"\{\{ (awx_setup_[a-z_]+) \}\}")

MODULE_OF = {
    "controller_credential_types": "credential_type",
    "controller_execution_environments": "execution_environment",
    "controller_notifications": "notification_template",
    "controller_projects": "project",
    "controller_inventories": "inventory",
    "controller_inventory_sources": "inventory_source",
    "controller_templates": "job_template",
    "controller_workflows": "workflow_job_template",
    "controller_schedules": "schedule",
}
"""The lists, in the order in which AWX needs their objects, and the module of awx.awx that makes an entry."""

Data = dict[str, Any]


class Unsafe(str):
    """Text that Ansible does not evaluate."""


class _Loader(yaml.SafeLoader):
    pass


_Loader.add_constructor("!unsafe", lambda loader, node: Unsafe(loader.construct_scalar(node)))


def raw() -> Data:
    """The unresolved content of the file."""
    return dict(yaml.load(FILE.read_text(encoding="utf-8"), _Loader))  # noqa: S506


def loaded(**given: Any) -> Data:
    """The data with the variables awx_setup_* resolved."""
    data = raw()
    variables = {**{key: value for key, value in data.items() if key.startswith("awx_setup_")}, **GIVEN, **given}
    return {key: _filled(value, variables) for key, value in data.items() if key.startswith("controller_")}


def _filled(value: Any, variables: dict[str, Any]) -> Any:
    if isinstance(value, dict):
        return {key: _filled(item, variables) for key, item in value.items()}
    if isinstance(value, list):
        return [_filled(item, variables) for item in value]
    if isinstance(value, str) and not isinstance(value, Unsafe):
        whole = REFERENCE.fullmatch(value)
        return variables[whole[1]] if whole else value
    return str(value) if isinstance(value, Unsafe) else value
