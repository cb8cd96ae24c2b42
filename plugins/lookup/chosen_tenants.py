# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which tenants a run is asked for."""

from __future__ import annotations

DOCUMENTATION = r"""
name: chosen_tenants
short_description: Which tenants a run is asked for
version_added: 0.1.0
description:
  - Reads the variable C(seldon_deploy_tenants), which is names of hosts of the group C(tenants), separated by commas or white space, or a list of them.
    Without it, or where it is empty, all tenants are meant.
  - The answer may come from anybody, such as from a survey of AWX. It is compared with the names of hosts as it stands, and never evaluated as a template.
  - The variables C(seldon_deploy_checks) and C(seldon_verify_fail_on) have to be one of their values, also as they stand.
  - Variables of the host that begin with C(seldon_deploy_) or C(seldon_verify_) and that no playbook reads are named, with a suggestion.
  - Where C(seldon_deploy_inventory_is_part) is true, names that the inventory does not have are those of another part, such as another slice of a job.
options: {}
author:
  - The ml_platform.seldon authors (@ml-platform)
"""

EXAMPLES = r"""
- name: Refuse tenants that do not exist
  ansible.builtin.assert:
    that: query('ml_platform.seldon.chosen_tenants')[0].problems | length == 0
  run_once: true
"""

RETURN = r"""
_list:
  description: One dictionary.
  type: list
  elements: dict
  contains:
    hosts:
      description: The hosts that are asked for, in the order of the inventory. None where the answer cannot be meant.
      type: list
      elements: str
    problems:
      description: One line for each part of the answer that cannot be meant.
      type: list
      elements: str
    misspelt:
      description: One line for each variable of the host that no playbook reads.
      type: list
      elements: str
"""

import typing as t

from ansible.module_utils.parsing.convert_bool import boolean
from ansible.plugins.lookup import LookupBase
from ansible_collections.ml_platform.seldon.plugins.module_utils.choice.tenants import choose
from ansible_collections.ml_platform.seldon.plugins.module_utils.tenant.problem import shown
from ansible_collections.ml_platform.seldon.plugins.plugin_utils.action import plain
from ansible_collections.ml_platform.seldon.plugins.plugin_utils.role_variables import unknown_playbook_variables

CHOICES: t.Final[dict[str, tuple[str, ...]]] = {
    "seldon_deploy_checks": ("enforce", "warn"),
    "seldon_verify_fail_on": ("critical", "high", "medium", "low", "info", "never"),
}


class LookupModule(LookupBase):
    """The variables that a lookup is handed are not templated yet."""

    def run(
        self, terms: list[t.Any], variables: dict[str, t.Any] | None = None, **kwargs: t.Any
    ) -> list[dict[str, list[str]]]:
        given = variables or {}
        part = boolean(plain(given.get("seldon_deploy_inventory_is_part", False)), strict=False)
        tenants = plain(given.get("groups", {}).get("tenants", []))
        choice = choose(
            plain(given.get("seldon_deploy_tenants")),
            tenants,
            plain(given.get("ansible_play_hosts_all", [])),
            part=part,
        )
        problems = [*choice.problems, *_other_values(given)]
        return [{"hosts": list(choice.hosts), "problems": problems, "misspelt": unknown_playbook_variables(given)}]


def _other_values(given: t.Mapping[str, t.Any]) -> t.Iterator[str]:
    for name, values in CHOICES.items():
        value = plain(given.get(name, values[0]))
        if value not in values:
            yield f"{name}: expected {', '.join(values[:-1])} or {values[-1]}, as it stands and not as a template, got {shown(value)}"
