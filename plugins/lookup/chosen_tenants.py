# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The tenants that a run is limited to by seldon_deploy_tenants."""

from __future__ import annotations

DOCUMENTATION = r"""
name: chosen_tenants
short_description: Returns the tenants that the variable seldon_deploy_tenants chooses
version_added: 0.1.0
description:
  - Reads the variable C(seldon_deploy_tenants), a list of host names of the group C(tenants), or a text with names separated by commas or white space.
    Without it, or if it is empty, all tenants are chosen.
  - The value can be an answer of an AWX survey, so it is data. It is compared with the host names and never templated.
  - The variables C(seldon_deploy_checks) and C(seldon_verify_fail_on) must be one of their choices. They are not templated either.
  - Reports variables of the host that begin with C(seldon_deploy_) or C(seldon_verify_) and that no playbook reads, with a suggestion.
  - With C(seldon_deploy_inventory_is_part=true), a name that is not in the inventory belongs to another part of it, such as another slice of a job.
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
      description: The hosts of the chosen tenants, in the order of the inventory. Empty if the value is invalid.
      type: list
      elements: str
    problems:
      description: One line per problem of the variables.
      type: list
      elements: str
    misspelt:
      description: One line per variable of the host that no playbook reads.
      type: list
      elements: str
"""

import typing as t

from ansible.module_utils.parsing.convert_bool import boolean
from ansible.plugins.lookup import LookupBase
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.diagnosis.quoting import quoted
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.diagnosis.render import as_line
from ansible_collections.ml_platform.seldon.plugins.plugin_utils._action import plain
from ansible_collections.ml_platform.seldon.plugins.plugin_utils._choice.tenants import choose
from ansible_collections.ml_platform.seldon.plugins.plugin_utils._role_variables import unknown_playbook_variables

CHOICES: t.Final[dict[str, tuple[str, ...]]] = {
    "seldon_deploy_checks": ("enforce", "warn"),
    "seldon_verify_fail_on": ("critical", "high", "medium", "low", "info", "never"),
}


class LookupModule(LookupBase):
    """The variables that Ansible passes to a lookup are not templated yet."""

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
        problems = [*map(as_line, choice.problems), *_other_values(given)]
        return [{"hosts": list(choice.hosts), "problems": problems, "misspelt": unknown_playbook_variables(given)}]


def _other_values(given: t.Mapping[str, t.Any]) -> t.Iterator[str]:
    for name, values in CHOICES.items():
        value = plain(given.get(name, values[0]))
        if value not in values:
            yield f"{name}: expected {', '.join(values[:-1])} or {values[-1]}, without a template, got {quoted(value)}"
