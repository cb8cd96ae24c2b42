# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Prints a summary per tenant when a playbook ends."""

from __future__ import annotations

DOCUMENTATION = r"""
name: tenant_summary
type: aggregate
short_description: Prints the result of each tenant at the end of a run
version_added: 0.1.0
description:
  - After the recap it prints for each tenant whether it is ready, the ServerConfig of each Server and its source, the objects that were left alone with the
    reason, the fields that stay different with their owners, and the next step. For a tenant that failed it prints the cause.
  - The command to run next is the command of the run, with its C(-e), C(--check) and tags, for one tenant only. Values of C(-e) that may be secret are not
    shown. They are printed as C(NAME=<value>), which a shell refuses to run. Values of text, numbers and lists of these are shown if an option of the
    playbooks or the roles has that type.
  - A note that is the same for several tenants is printed once, with the number of tenants.
  - Plays without tenants print nothing. A play with C(tenant_summary=false) in its C(vars) is ignored.
requirements:
  - enabled by C(callbacks_enabled = ml_platform.seldon.tenant_summary) in C(ansible.cfg)
author:
  - The ml_platform.seldon authors (@ml-platform)
"""

import os
import time
import typing as t
from dataclasses import replace

from ansible import constants as C
from ansible import context
from ansible.plugins.callback import CallbackBase
from ansible_collections.ml_platform.seldon.plugins.plugin_utils._role_variables import variables_without_secrets
from ansible_collections.ml_platform.seldon.plugins.plugin_utils._summary.command import TENANTS, command_line
from ansible_collections.ml_platform.seldon.plugins.plugin_utils._summary.outcome import Outcome
from ansible_collections.ml_platform.seldon.plugins.plugin_utils._summary.text import summary_lines

ACTION = "ml_platform.seldon.tenant"
ROLE = "ml_platform.seldon.tenant_namespace"


def _is_of_the_role(task: t.Any) -> bool:
    """Whether the role ``tenant_namespace`` contains the task, for example the validation of its arguments."""
    role = getattr(task, "_role", None)
    return role is not None and role.get_name() == ROLE


class CallbackModule(CallbackBase):
    """Keeps the last result of each tenant."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "ml_platform.seldon.tenant_summary"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self) -> None:
        super().__init__()
        self._started: dict[str, float] = {}
        self._task_started = time.monotonic()
        self._listening = True
        self._chooses_tenants = False
        self._outcomes: dict[str, Outcome] = {}

    def v2_playbook_on_play_start(self, play: t.Any) -> None:
        self._listening = bool(play.get_vars().get("tenant_summary", True))
        self._chooses_tenants = TENANTS in play.get_variable_manager().extra_vars

    def v2_playbook_on_task_start(self, task: t.Any, is_conditional: bool) -> None:
        self._task_started = time.monotonic()

    def v2_runner_on_start(self, host: t.Any, task: t.Any) -> None:
        self._started[host.name] = time.monotonic()

    def v2_runner_on_ok(self, result: t.Any) -> None:
        self._keep(result, "")

    def v2_runner_on_failed(self, result: t.Any, ignore_errors: bool = False) -> None:
        if not ignore_errors:
            self._keep(result, str(result.result.get("msg", "")) or "the task failed; run again with -v")

    def v2_runner_on_unreachable(self, result: t.Any) -> None:
        self._keep(result, str(result.result.get("msg", "unreachable")))

    def _keep(self, result: t.Any, failure: str) -> None:
        host, known = result.host.name, self._outcomes.get(result.host.name)
        if not self._listening:
            return
        if result.task.action != ACTION and not (failure and (known or _is_of_the_role(result.task))):
            return
        returned = result.result if result.task.action == ACTION else known.result if known else {}
        seconds = time.monotonic() - self._started.get(host, self._task_started)
        self._outcomes[host] = Outcome(host, seconds, returned, failure, bool(result.task.check_mode))

    def v2_playbook_on_stats(self, stats: t.Any) -> None:
        if not self._outcomes:
            return
        self._display.banner("TENANTS")
        outcomes = [self._final(outcome) for outcome in self._outcomes.values()]
        rerun = command_line(
            context.CLIARGS, variables_without_secrets(), os.getcwd(), chooses_tenants=self._chooses_tenants
        )
        for line in summary_lines(outcomes, rerun):
            self._display.display(line, color=self._color(line))
        self._display.display("")

    def _final(self, outcome: Outcome) -> Outcome:
        """The outcome, marked as stopped if only the check of the tenant ran in a run that was going to deploy it."""
        deploys = not context.CLIARGS.get("check") and "check" not in (context.CLIARGS.get("tags") or [])
        checked_only = outcome.check_mode and deploys and not outcome.failure
        return replace(outcome, stopped=True) if checked_only else outcome

    def _color(self, line: str) -> str | None:
        if line.startswith(" "):
            return None
        failed = " failed" in line
        return C.COLOR_ERROR if failed else C.COLOR_OK
