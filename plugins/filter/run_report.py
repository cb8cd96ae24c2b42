# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Summarises a run."""

from __future__ import annotations

DOCUMENTATION = r"""
name: run_report
short_description: Summarises a run in a few numbers and names
version_added: 0.1.0
description:
  - The playbook C(ml_platform.seldon.seldon_deploy) passes this report to M(ansible.builtin.set_stats). AWX shows it as an artifact of the job.
positional: hostvars, alive, check_mode
options:
  _input:
    description: Names of the hosts of the chosen tenants.
    type: list
    elements: str
    required: true
  hostvars:
    description: The variable C(hostvars).
    type: dict
    required: true
  alive:
    description: Names of the hosts for which no task has failed, such as C(ansible_play_hosts).
    type: list
    elements: str
    required: true
  check_mode:
    description: Whether the run was in check mode.
    type: bool
    required: true
author:
  - The ml_platform.seldon authors (@ml-platform)
"""

EXAMPLES = r"""
- name: Publish the result of the tenants
  ansible.builtin.set_stats:
    data:
      seldon_report: "{{ groups.tenants | ml_platform.seldon.run_report(hostvars, ansible_play_hosts, ansible_check_mode) }}"
  run_once: true
"""

RETURN = r"""
_value:
  description:
    - C(ready), C(changed) and C(only_checked) are lists of host names. C(only_checked) are those that were checked and not deployed.
    - C(differs) are the hosts of tenants with objects that stay different because others own them, or fields of them.
    - C(refused) and C(failed) map host names to the reason. For C(refused) nothing was written.
    - C(metrics) contains the number of Models, the number of tenants within their quota, and the quota with the highest use.
  type: dict
  sample:
    check_mode: false
    tenants: 2
    ready: [fraud-detection, recommendation-engine]
    changed: [fraud-detection]
    differs: []
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

from ansible_collections.ml_platform.seldon.plugins.plugin_utils._action import plain
from ansible_collections.ml_platform.seldon.plugins.plugin_utils._summary.report import Part
from ansible_collections.ml_platform.seldon.plugins.plugin_utils._summary.report import run_report as report_of

CHECKED = "__tenant_namespace_checked"
APPLIED = "__tenant_namespace_applied"


def run_report(
    hosts: Iterable[str], hostvars: Mapping[str, Mapping[str, t.Any]], alive: Collection[str], check_mode: bool
) -> dict[str, t.Any]:
    """The report from the results that the role registered for each host."""
    parts = [
        Part(str(host), _registered(hostvars[host], CHECKED), _registered(hostvars[host], APPLIED), host in alive)
        for host in hosts
    ]
    return report_of(parts, check_mode=bool(check_mode))


def _registered(variables: Mapping[str, t.Any], name: str) -> dict[str, t.Any] | None:
    """The registered result; None if the task did not run."""
    found = variables.get(name)
    return plain(found) if isinstance(found, Mapping) and not found.get("skipped") else None


class FilterModule:
    """The filter under its name."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Name to function."""
        return {"run_report": run_report}
