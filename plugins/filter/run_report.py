# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Sums up a run."""

from __future__ import annotations

DOCUMENTATION = r"""
name: run_report
short_description: Sums up a run, in a few numbers and names
version_added: 0.1.0
description:
  - What the playbook C(ml_platform.seldon.seldon_deploy) hands to M(ansible.builtin.set_stats), which AWX shows as the artifacts of a job.
positional: hostvars, alive, check_mode
options:
  _input:
    description: Names of the hosts whose tenants the run was asked for.
    type: list
    elements: str
    required: true
  hostvars:
    description: The variable C(hostvars).
    type: dict
    required: true
  alive:
    description: Names of the hosts for which nothing has failed, such as C(ansible_play_hosts).
    type: list
    elements: str
    required: true
  check_mode:
    description: Whether the run only predicted.
    type: bool
    required: true
author:
  - The ml_platform.seldon authors (@ml-platform)
"""

EXAMPLES = r"""
- name: Keep what became of the tenants
  ansible.builtin.set_stats:
    data:
      seldon_report: "{{ groups.tenants | ml_platform.seldon.run_report(hostvars, ansible_play_hosts, ansible_check_mode) }}"
  run_once: true
"""

RETURN = r"""
_value:
  description:
    - C(ready), C(changed) and C(only_checked) are names of hosts; C(refused) and C(failed) are names with the reason, the first before anything was written.
    - C(metrics) counts Models and tenants within their quota, and names the fullest quota.
  type: dict
  sample:
    check_mode: false
    tenants: 2
    ready: [fraud-detection, recommendation-engine]
    changed: [fraud-detection]
    only_checked: []
    refused: {}
    failed: {}
    metrics:
      models_in_team_namespaces: 4
      tenants_within_quota: 2
      fullest_quota: {tenant: fraud-detection, key: persistentvolumeclaims, percent: 20}
"""

import typing as t
from collections.abc import Collection, Iterable, Mapping

from ansible_collections.ml_platform.seldon.plugins.module_utils.summary.report import Part
from ansible_collections.ml_platform.seldon.plugins.module_utils.summary.report import run_report as report_of
from ansible_collections.ml_platform.seldon.plugins.plugin_utils.action import plain

CHECKED = "__tenant_namespace_checked"
APPLIED = "__tenant_namespace_applied"


def run_report(
    hosts: Iterable[str], hostvars: Mapping[str, Mapping[str, t.Any]], alive: Collection[str], check_mode: bool
) -> dict[str, t.Any]:
    """What the role has registered, host by host, in one report."""
    parts = [
        Part(str(host), _registered(hostvars[host], CHECKED), _registered(hostvars[host], APPLIED), host in alive)
        for host in hosts
    ]
    return report_of(parts, check_mode=bool(check_mode))


def _registered(variables: Mapping[str, t.Any], name: str) -> dict[str, t.Any] | None:
    """None where the task did not run."""
    found = variables.get(name)
    return plain(found) if isinstance(found, Mapping) and not found.get("skipped") else None


class FilterModule:
    """The filter under its name."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Name to function."""
        return {"run_report": run_report}
