# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Attributes and notes that modules share."""

from __future__ import annotations


class ModuleDocFragment:
    """Each module documents its own support of the attributes."""

    DOCUMENTATION = r"""
options: {}
attributes:
  check_mode:
    description: Can run in C(check_mode) and predict its changes without making them.
  diff_mode:
    description: Shows in C(diff) mode what changed or would change.
  idempotent:
    description: A second run with the same options changes nothing.
notes:
  - On a local connection the module runs in the C(ansible-playbook) process. On any other connection it runs on the remote host.
"""

    ACTION_GROUP = r"""
options: {}
attributes:
  action_group:
    description: Use C(group/ml_platform.seldon.seldon) in C(module_defaults) to set the connection options once for all modules.
    support: full
    membership:
      - ml_platform.seldon.seldon
"""
