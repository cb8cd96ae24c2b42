# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Runs the real kustomize on a directory that was checked before."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess

from .problem import Problem, one_line, shorten

TIMEOUT = 60
_CANDIDATES = ("kustomize", "kubectl")


def find_binary(explicit: str | None, directory: str) -> list[str] | Problem:
    """The command that builds a directory, without the directory: kustomize, or kubectl's built-in one.

    ``explicit`` is a path or a name; without it PATH is searched for kustomize, then kubectl.
    """
    for name in [explicit] if explicit else _CANDIDATES:
        found = shutil.which(name)
        if found:
            return [found, "kustomize" if "kubectl" in os.path.basename(name) else "build"]
    if explicit:
        return Problem(directory, None, "", "", f'the program "{explicit}" was not found', "correct its path")
    step = "install one of them where Ansible runs, or give its path"
    return Problem(
        directory, None, "", "", "building a kustomization needs kustomize or kubectl, and neither is on PATH", step
    )


def build(
    command: list[str], directory: str, shown: str, timeout: float = TIMEOUT, *, quotable: bool = True
) -> bytes | Problem:
    """The built objects as YAML text, or why there are none. kustomize keeps its default load restriction.

    ``quotable``: whether its messages may be shown; they repeat parts of what it works on.
    """
    # Git and Helm are never needed by what the walk lets through; the variables make sure that they are not used.
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    environment["GIT_ALLOW_PROTOCOL"] = "none"
    program = os.path.basename(command[0])
    try:
        code, output, errors = _run([*command, os.path.abspath(directory)], environment, timeout)
    except subprocess.TimeoutExpired:
        return Problem(
            shown,
            None,
            "",
            "",
            f"{program} did not finish within {timeout:g} s",
            "run it by hand to see what it waits for",
        )
    except OSError as error:
        return Problem(shown, None, "", "", f"{program} cannot be started: {error.strerror}", "check the program")
    if code != 0 and not quotable:
        message = f"{program} refuses it, in words that may quote the folder's Secrets and are not shown"
        return Problem(shown, None, "", "", message, f"to see them: {program} {command[1]} {shown}")
    if code != 0:
        said = one_line(errors.decode("utf-8", "replace")).removeprefix("Error: ")
        for root in (os.path.abspath(directory), os.path.realpath(directory)):
            said = said.replace(root + os.sep, "").replace(root, shown)
        message = f"{program} refuses it: {shorten(said, 600) or f'exit status {code}'}"
        return Problem(shown, None, "", "", message, f"correct it and try: {program} {command[1]} {shown}")
    return output


def _run(command: list[str], environment: dict[str, str], timeout: float) -> tuple[int, bytes, bytes]:
    """Exit status, output and errors. What the program started ends with it when the time is over."""
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
