# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Runs an entry point as an Ansible module, in a process of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# Not the class: ansible-lint replaces it to validate the options of a task.
from ansible.module_utils import basic

from .entry_point import EntryPoint, result_of
from .invocation import Invocation


def run_module(entry_point: EntryPoint) -> None:
    """Reads the options that Ansible passes, prints the result as JSON, and exits."""
    module = basic.AnsibleModule(entry_point.ARGUMENT_SPEC, supports_check_mode=True, **entry_point.CONSTRAINTS)
    invocation = Invocation(check_mode=module.check_mode, diff_mode=module._diff)
    result = result_of(entry_point, module.params, invocation)
    result["invocation"] = {"module_args": _without_objects(module.params)}
    if result.get("failed"):
        module.fail_json(**result)
    module.exit_json(**result)


def _without_objects(params: Mapping[str, Any]) -> dict[str, Any]:
    """The options without objects: these can be Secrets, and Ansible shows the invocation with -vvv."""
    return {name: "(hidden)" if value and name.endswith("definition") else value for name, value in params.items()}
