# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The options of a module of this collection, to validate variables that a playbook passes to it."""

from __future__ import annotations

DOCUMENTATION = r"""
name: module_options
short_description: Returns the options of a module of this collection
version_added: 0.1.0
description:
  - Returns the argument spec of a module in the format of M(ansible.builtin.validate_argument_spec), without the connection options.
  - A playbook that passes the entries of a variable to a module can validate them with it beforehand.
options:
  _terms:
    description: Names of modules, without the name of the collection.
    required: true
  without:
    description: Options to leave out, because the playbook sets them itself.
    type: list
    elements: str
    default: []
author:
  - The ml_platform.seldon authors (@ml-platform)
"""

EXAMPLES = r"""
- name: Validate the requests to the models
  ansible.builtin.validate_argument_spec:
    argument_spec:
      seldon_verify_requests:
        type: list
        elements: dict
        options: "{{ lookup('ml_platform.seldon.module_options', 'inference_check', without=['namespace', 'fail_on']) }}"
    provided_arguments:
      seldon_verify_requests: "{{ seldon_verify_requests | default([]) }}"
"""

RETURN = r"""
_list:
  description: One dictionary per module. It maps the name of each option to its type, choices and suboptions.
  type: list
  elements: dict
"""

import typing as t
from copy import deepcopy
from importlib import import_module

from ansible.plugins.lookup import LookupBase
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.argument_spec import AUTH_ARGUMENT_SPEC
from ansible_collections.ml_platform.seldon.plugins.plugin_utils._action import PACKAGES


class LookupModule(LookupBase):
    """Reads the spec of the module, so that no playbook repeats it."""

    def run(
        self, terms: list[t.Any], variables: dict[str, t.Any] | None = None, **kwargs: t.Any
    ) -> list[dict[str, dict[str, t.Any]]]:
        left_out = {*AUTH_ARGUMENT_SPEC, *kwargs.get("without", [])}
        specs = [import_module(f"{PACKAGES}.{module}.entry_point").ARGUMENT_SPEC for module in terms]
        return [{name: deepcopy(option) for name, option in spec.items() if name not in left_out} for spec in specs]
