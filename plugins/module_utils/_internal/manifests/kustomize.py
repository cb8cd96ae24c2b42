# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Runs kustomize on a directory that has been checked."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from dataclasses import dataclass

from ..diagnosis.diagnostic import Diagnostic
from .problem import of_file

TIMEOUT = 60
_CANDIDATES = ("kustomize", "kubectl")


def find_binary(explicit: str | None, directory: str) -> list[str] | Diagnostic:
    """The command that builds a directory, without the directory: kustomize, or kubectl's built-in one.

    ``explicit`` is a path or a name; without it PATH is searched for kustomize, then kubectl.
    """
    for name in [explicit] if explicit else _CANDIDATES:
        program = shutil.which(name)
        if program:
            return [program, "kustomize" if "kubectl" in os.path.basename(name) else "build"]
    if explicit:
        return of_file(directory, f'the program "{explicit}" was not found', "correct its path")
    step = "install one of them where Ansible runs, or give its path"
    return of_file(directory, "building a kustomization needs kustomize or kubectl, and neither is on PATH", step)


@dataclass(frozen=True)
class Refusal:
    """kustomize's standard error. It may repeat any part of what it works on."""

    errors: str


def build(command: list[str], directory: str, shown: str, timeout: float = TIMEOUT) -> bytes | Refusal | Diagnostic:
    """The built objects as YAML text, or why there are none. kustomize keeps its default load restriction."""
    # A checked kustomization never needs Git or Helm; the variables ensure that they are not used.
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    environment["GIT_ALLOW_PROTOCOL"] = "none"
    program = os.path.basename(command[0])
    try:
        code, output, errors = _run([*command, os.path.abspath(directory)], environment, timeout)
    except subprocess.TimeoutExpired:
        message = f"{program} did not finish within {timeout:g} s"
        return of_file(shown, message, "run it by hand to see what it waits for")
    except OSError as error:
        return of_file(shown, f"{program} cannot be started: {error.strerror}", "check the program")
    return output if code == 0 else Refusal(errors.decode("utf-8", "replace"))


def _run(command: list[str], environment: dict[str, str], timeout: float) -> tuple[int, bytes, bytes]:
    """(exit status, output, errors). After ``timeout`` seconds the program and its child processes are killed."""
    # Runs inside the controller too, where there is no AnsibleModule.run_command.
    with subprocess.Popen(  # pylint: disable=ansible-bad-function
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        start_new_session=True,
    ) as process:
        try:
            output, errors = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            # A wrapper script's child would otherwise keep the pipes open, and this would wait for it.
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            raise
    return process.returncode, output, errors
