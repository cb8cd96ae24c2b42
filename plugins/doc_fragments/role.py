# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Options of modules that a role calls. Their types are in module_utils/_internal/kube/argument_spec.py."""

from __future__ import annotations


class ModuleDocFragment:
    """The action plugin adds to C(problems) on every connection."""

    DOCUMENTATION = r"""
options:
  role_path:
    description:
      - Directory of the role that calls the module. The options of the role are those of its C(meta/argument_specs.yml).
      - A variable of the host that begins with the name of the role and is not one of its options is added to O(problems).
        The controller checks this on every connection.
    type: path
  problems:
    description: Problems that are already known, one text each. The module lists them before its own.
    type: list
    elements: str
    default: []
"""
