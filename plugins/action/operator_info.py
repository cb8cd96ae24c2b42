# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Runs the module operator_info inside the controller."""

from __future__ import annotations

import typing as t

from ansible_collections.ml_platform.seldon.plugins.module_utils.operators.info import ARGUMENT_SPEC, run_operator_info
from ansible_collections.ml_platform.seldon.plugins.plugin_utils.action import CoreAction


class ActionModule(CoreAction):
    """Options, docs and results are the module's."""

    ARGUMENT_SPEC = ARGUMENT_SPEC

    def run_core(
        self, params: dict[str, t.Any], environ: dict[str, str], task_vars: dict[str, t.Any]
    ) -> dict[str, t.Any]:
        return run_operator_info(params, environ)
