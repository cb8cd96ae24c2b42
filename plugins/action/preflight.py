# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Runs the module preflight inside the controller, and looks for variables that no option of the role is."""

from __future__ import annotations

import typing as t

from ansible_collections.ml_platform.seldon.plugins.module_utils.preflight.request import ARGUMENT_SPEC
from ansible_collections.ml_platform.seldon.plugins.module_utils.preflight.run import run_preflight
from ansible_collections.ml_platform.seldon.plugins.plugin_utils.action import CoreAction
from ansible_collections.ml_platform.seldon.plugins.plugin_utils.role_variables import unknown_role_variables

VERBOSE = 3
"""With fewer -v the result is not shown: what the chart renders is thousands of lines."""


class ActionModule(CoreAction):
    """Options, docs and results are the module's."""

    ARGUMENT_SPEC = ARGUMENT_SPEC

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        role_path = self._task.args.get("role_path")
        if role_path:
            found = unknown_role_variables(str(role_path), task_vars or {})
            given = self._task.args.get("problems") or []
            self._task.args = {**self._task.args, "problems": [*given, *found]}
        result = super().run(tmp, task_vars)
        if not result.get("failed") and self._display.verbosity < VERBOSE:
            result["_ansible_verbose_override"] = True
        return result

    def run_core(
        self, params: dict[str, t.Any], environ: dict[str, str], task_vars: dict[str, t.Any]
    ) -> dict[str, t.Any]:
        host = task_vars.get("inventory_hostname", "")
        return run_preflight(
            params,
            environ,
            check_mode=self.check_mode,
            progress=lambda text: self._display.display(f"  {host}: {text}"),
        )
