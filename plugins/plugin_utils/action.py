# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the action plugins of this collection share: running a module's core inside the controller."""

from __future__ import annotations

import gc
import os
import typing as t
from collections.abc import Mapping

from ansible.plugins.action import ActionBase
from ansible_collections.ml_platform.seldon.plugins.module_utils.kube.errors import KubeError

GARBAGE_THRESHOLD = 50_000
"""New objects before the garbage collector looks through them; Python's own default is 700."""


def plain(value: t.Any) -> t.Any:
    """The value without Ansible's tags, which the core's serialisers do not know."""
    if isinstance(value, Mapping):
        return {plain(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, str):
        return str.__str__(value)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, (int, float)):
        return int(value) if isinstance(value, int) else float(value)
    return str(value)


def _collect_garbage_rarely() -> None:
    """Looking through Ansible's objects and thousands of manifests again and again took a quarter of a run's time.

    A task has a process of its own, so this lasts as long as the task.
    """
    gc.freeze()
    gc.set_threshold(GARBAGE_THRESHOLD)


class CoreAction(ActionBase):
    """Runs the core in-process on a local connection, and the module of the same name on any other."""

    ARGUMENT_SPEC: t.ClassVar[dict[str, t.Any]] = {}
    CONSTRAINTS: t.ClassVar[dict[str, t.Any]] = {}
    """required_one_of and its like, as ArgumentSpecValidator takes them."""
    TRANSFERS_FILES = False
    _supports_check_mode = True
    _supports_async = False

    def run_core(
        self, params: dict[str, t.Any], environ: dict[str, str], task_vars: dict[str, t.Any]
    ) -> dict[str, t.Any]:
        """The module's one call. Returns its result; raises KubeError."""
        raise NotImplementedError

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        task_vars = task_vars or {}
        result = super().run(tmp, task_vars)
        del tmp
        if self._connection.transport != "local":
            return self._execute_module(task_vars=task_vars)
        _validation, params = self.validate_argument_spec(self.ARGUMENT_SPEC, **self.CONSTRAINTS)
        environ = self._environ()
        os.environ.update(environ)  # credential plugins of a kubeconfig inherit it; a task has a process of its own
        _collect_garbage_rarely()
        try:
            result.update(self.run_core(plain(params), environ, task_vars))
        except KubeError as problem:
            result.update(failed=True, msg=str(problem))
        return result

    @property
    def check_mode(self) -> bool:
        """Whether this task only predicts."""
        return bool(self._task.check_mode)

    @property
    def diff_mode(self) -> bool:
        """Whether this task shows differences."""
        return bool(self._task.diff)

    def _environ(self) -> dict[str, str]:
        """The controller's environment with the task's own `environment` over it."""
        merged: dict[str, t.Any] = {}
        self._compute_environment_string(merged)
        return {**os.environ, **{name: str(value) for name, value in merged.items()}}
