# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Runs the module tenant inside the controller, and looks for variables that no option of the role is."""

from __future__ import annotations

import typing as t

from ansible_collections.ml_platform.seldon.plugins.module_utils.tenancy.options import ARGUMENT_SPEC, run_tenant
from ansible_collections.ml_platform.seldon.plugins.plugin_utils.action import CoreAction
from ansible_collections.ml_platform.seldon.plugins.plugin_utils.role_variables import unknown_role_variables


class ActionModule(CoreAction):
    """Options, docs and results are the module's."""

    ARGUMENT_SPEC = ARGUMENT_SPEC

    def run_core(
        self, params: dict[str, t.Any], environ: dict[str, str], task_vars: dict[str, t.Any]
    ) -> dict[str, t.Any]:
        host = task_vars.get("inventory_hostname", "")
        return run_tenant(
            params,
            environ,
            problems=unknown_role_variables(params["role_path"], task_vars),
            check_mode=self.check_mode,
            diff_mode=self.diff_mode,
            progress=lambda text: self._display.display(f"  {host}: {text}"),
        )
