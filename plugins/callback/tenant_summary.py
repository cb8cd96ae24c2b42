# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Prints a summary per tenant when a playbook ends."""

from __future__ import annotations

DOCUMENTATION = r"""
name: tenant_summary
type: aggregate
short_description: Says at the end what became of each tenant
version_added: 0.1.0
description:
  - After the recap it prints for each tenant whether it is ready, which ServerConfig each Server uses and from where, what was left alone and why,
    or the cause of its failure, and the next step.
  - A note that is the same for several tenants is printed once, with their number.
  - Plays without tenants print nothing, and plays whose C(vars) say C(tenant_summary=false) are left out.
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
from ansible_collections.ml_platform.seldon.plugins.module_utils.summary.outcome import Outcome
from ansible_collections.ml_platform.seldon.plugins.module_utils.summary.text import summary_lines

ACTION = "ml_platform.seldon.tenant"
ROLE = "ml_platform.seldon.tenant_namespace"


def _command() -> str:
    """The command that was given, without what limits it to hosts or tags."""
    inventories = [f"-i {_short(source)}" for source in context.CLIARGS.get("inventory") or []]
    return " ".join(["ansible-playbook", *inventories, *map(_short, context.CLIARGS.get("args") or [])])


def _short(path: str) -> str:
    """As seen from here, where that is shorter; a host list such as ``localhost,`` stays."""
    return min(path, os.path.relpath(path), key=len) if os.path.isabs(path) else path


def _is_of_the_role(task: t.Any) -> bool:
    """Such as the validation of its arguments."""
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
        self._outcomes: dict[str, Outcome] = {}

    def v2_playbook_on_play_start(self, play: t.Any) -> None:
        self._listening = bool(play.get_vars().get("tenant_summary", True))

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
        for line in summary_lines(outcomes, _command()):
            self._display.display(line, color=self._color(line))
        self._display.display("")

    def _final(self, outcome: Outcome) -> Outcome:
        """A tenant of a real run of which only the check ran was not reached, unless nothing but the checks was asked for."""
        deploys = not context.CLIARGS.get("check") and "check" not in (context.CLIARGS.get("tags") or [])
        checked_only = outcome.check_mode and deploys and not outcome.failure
        return replace(outcome, stopped=True) if checked_only else outcome

    def _color(self, line: str) -> str | None:
        if line.startswith(" "):
            return None
        failed = " failed" in line
        return C.COLOR_ERROR if failed else C.COLOR_OK
