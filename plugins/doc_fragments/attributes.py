# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Attributes that modules share."""

from __future__ import annotations


class ModuleDocFragment:
    """Each module says the support of these itself."""

    DOCUMENTATION = r"""
options: {}
attributes:
  check_mode:
    description: Can run in C(check_mode) and predict what it would change, without changing it.
  diff_mode:
    description: Shows what has changed or would change in C(diff) mode.
  idempotent:
    description: A second run with the same options changes nothing.
"""

    ACTION_GROUP = r"""
options: {}
attributes:
  action_group:
    description: Use C(group/ml_platform.seldon.seldon) in C(module_defaults) to set the connection options once.
    support: full
    membership:
      - ml_platform.seldon.seldon
"""
