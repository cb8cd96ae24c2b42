# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The action plugin of every module of this collection. ``meta/runtime.yml`` redirects the other modules to it.

It has the name of one of the modules, because ``ansible-test sanity`` requires a module of the same name.
"""

from __future__ import annotations

from ansible_collections.ml_platform.seldon.plugins.plugin_utils._action import ModuleAction


class ActionModule(ModuleAction):
    """The options, documentation and results are those of the module."""
