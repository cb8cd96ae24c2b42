# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Runs the modules of this collection in the process of ansible-playbook."""

from __future__ import annotations

import gc
import os
import typing as t
from collections.abc import Mapping
from importlib import import_module

from ansible.errors import AnsibleActionFail
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.errors import UnsupportedError
from ansible.plugins.action import ActionBase
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.entry_point import EntryPoint, result_of
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.invocation import Invocation
from ansible_collections.ml_platform.seldon.plugins.plugin_utils._role_variables import unknown_role_variables

PACKAGES = "ansible_collections.ml_platform.seldon.plugins.module_utils._internal"
"""Each module has a package of its name here, with its entry point."""
LONG_RESULTS = ("preflight",)
VERBOSE = 3
"""The number of ``-v`` from which on a long result is shown. A rendered chart has thousands of lines."""
GARBAGE_THRESHOLD = 50_000
"""Number of new objects after which the garbage collector runs. The default of Python is 700."""


def plain(value: t.Any) -> t.Any:
    """The value as plain Python types, without the tags of Ansible, which YAML and JSON serialisers do not know."""
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
    """Raises the threshold of the garbage collector. With the default it took a quarter of the time of a run.

    A task has its own process, so this lasts as long as the task.
    """
    gc.freeze()
    gc.set_threshold(GARBAGE_THRESHOLD)


class ModuleAction(ActionBase):
    """Runs the module that the task names: in-process on a local connection, on the remote host on any other."""

    TRANSFERS_FILES = False
    _supports_check_mode = True
    _supports_async = False

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        result = super().run(tmp, task_vars)
        del tmp
        module, variables = self._module(), task_vars or {}
        self._add_problems(variables)
        if self._connection.transport == "local":
            result.update(self._run_in_process(module, variables))
        else:
            result = self._execute_module(task_vars=variables)
        if module in LONG_RESULTS and not result.get("failed") and self._display.verbosity < VERBOSE:
            result["_ansible_verbose_override"] = True
        return result

    def _module(self) -> str:
        """The name of the module in this collection, also if the task uses a redirected name."""
        found = self._shared_loader_obj.module_loader.find_plugin_with_context(
            self._task.action, collection_list=self._task.collections
        )
        return str(found.resolved_fqcn).rpartition(".")[2]

    def _run_in_process(self, module: str, variables: Mapping[str, t.Any]) -> dict[str, t.Any]:
        entry_point = t.cast(EntryPoint, import_module(f"{PACKAGES}.{module}.entry_point"))
        params = self._validated(module, entry_point)
        host = variables.get("inventory_hostname", "")
        invocation = Invocation(
            self._environ(),
            check_mode=bool(self._task.check_mode),
            diff_mode=bool(self._task.diff),
            progress=lambda text: self._display.display(f"  {host}: {text}"),
            directory=os.getcwd(),
        )
        # The credential plugins of a kubeconfig inherit the environment. A task has its own process.
        os.environ.update(invocation.environ)
        _collect_garbage_rarely()
        return result_of(entry_point, plain(params), invocation)

    def _validated(self, module: str, entry_point: EntryPoint) -> dict[str, t.Any]:
        """The options with their defaults. ActionBase has this too, but its messages would name this plugin."""
        validator = ArgumentSpecValidator(entry_point.ARGUMENT_SPEC, **entry_point.CONSTRAINTS)
        found = validator.validate(self._task.args.copy())
        if not found.error_messages:
            return dict(found.validated_parameters)
        what = f"Unsupported parameters for (ml_platform.seldon.{module}) module: "
        prefix = what if isinstance(found.errors[0], UnsupportedError) else ""
        raise AnsibleActionFail(prefix + found.errors.msg, obj=self._task.args)

    def _add_problems(self, variables: Mapping[str, t.Any]) -> None:
        """Adds the variables of the host that look like options of the role and are not, if a role calls the module."""
        role_path = self._task.args.get("role_path")
        if role_path:
            problems = [*(self._task.args.get("problems") or []), *unknown_role_variables(str(role_path), variables)]
            self._task.args = {**self._task.args, "problems": problems}

    def _environ(self) -> dict[str, str]:
        """The environment of the controller, overridden by the task's `environment`."""
        merged: dict[str, t.Any] = {}
        self._compute_environment_string(merged)
        return {**os.environ, **{name: str(value) for name, value in merged.items()}}
