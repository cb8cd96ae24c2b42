# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Checks the Helm program and its release, and whether it finds and renders a chart."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from ..diagnosis.diagnostic import Diagnostic
from ..diagnosis.subject import Subject
from ..kube.pyyaml import yaml
from .charts import ChartReference
from .options import scoped
from .release_number import parse_release
from .request import Request

MAJORS = (3, 4)
_SECONDS = 60.0


def find_program(name: str, environ: Mapping[str, str]) -> str | None:
    """The path of an executable, or None; ``name`` may be a path."""
    return shutil.which(str(Path(name).expanduser()) if "/" in name else name, path=environ.get("PATH"))


def check_programs(names: Sequence[str], environ: Mapping[str, str]) -> list[Diagnostic]:
    """One problem for each program that is missing."""
    step = "install it, or put its directory on the PATH"
    return [
        Diagnostic(Subject("program", name), "is not on the PATH", expected="an executable", next_steps=(step,))
        for name in names
        if find_program(name, environ) is None
    ]


def check_helm(request: Request, environ: Mapping[str, str]) -> tuple[str, str, list[Diagnostic]]:
    """(path, release such as ``3.22.0``, problems); path and release are empty where unknown."""
    expected, binary, option = "Helm 3 or 4", request.helm_binary, request.option("helm_binary")
    step = f"install Helm (https://helm.sh/docs/intro/install), or name it in {option}"
    path = find_program(binary or "helm", environ)
    if path is None:
        what = "is not an executable file" if "/" in binary else "is not on the PATH"
        subject = Subject("program", binary or "helm")
        return "", "", [Diagnostic(subject, what, expected=expected, next_steps=(step,))]
    code, out, error = _run([path, "version", "--short"], environ)
    release = parse_release(out.strip().splitlines()[-1]) if code == 0 and out.strip() else None
    subject = Subject(name=path)
    if release is None:
        message = f"does not report its version ({_last_line(error or out)})"
        return path, "", [Diagnostic(subject, message, expected=expected, next_steps=(step,))]
    words = ".".join(map(str, release))
    if release[0] not in MAJORS:
        return path, words, [Diagnostic(subject, f"is release {words}", expected=expected, next_steps=(step,))]
    return path, words, []


def check_remote_chart(
    path: str, request: Request, chart: ChartReference, environ: Mapping[str, str]
) -> list[Diagnostic]:
    """Whether Helm finds the chart in its repository."""
    command = [path, "show", "chart", chart.reference, "--version", chart.version]
    if chart.repository:
        command += ["--repo", chart.repository]
    code, out, error = _run(command, environ)
    subject = Subject("chart", f"{chart.name} {chart.version} of {chart.repository or chart.reference}")
    if code != 0:
        step = f"check {request.option('chart_source')}; without internet access unpack both charts into a directory and name that"
        return [Diagnostic(subject, f"cannot be fetched ({_last_line(error)})", next_steps=(step,))]
    try:
        metadata = yaml.safe_load(out) or {}
    except yaml.YAMLError:
        metadata = {}
    if metadata.get("version") == chart.version:
        return []
    message = f"is version {metadata['version']}" if metadata.get("version") else "has no version"
    return [Diagnostic(subject, message, expected=chart.version, next_steps=("check the repository",))]


def render_chart(
    path: str, request: Request, chart: ChartReference, environ: Mapping[str, str], kubernetes: str
) -> tuple[str, list[Diagnostic]]:
    """(text, problems): the chart as Helm renders it with the requested values, for a server of version ``kubernetes``."""
    command = [path, "template", chart.name, chart.reference, "--namespace", request.namespace, "--values", "-"]
    command += ["--kube-version", kubernetes]
    command += ["--version", chart.version] if chart.version else []
    command += ["--repo", chart.repository] if chart.repository else []
    # By standard input: values may hold credentials, and every user sees a command line.
    code, out, error = _run(command, environ, json.dumps(scoped(request.values)))
    if code == 0:
        return out, []
    step = f"correct {request.option('values')}; they are values of this chart"
    subject = Subject("chart", f"{chart.name} {request.version}")
    return "", [Diagnostic(subject, f"cannot be rendered ({_last_line(error)})", next_steps=(step,))]


def _run(command: Sequence[str], environ: Mapping[str, str], given: str = "") -> tuple[int, str, str]:
    try:
        # Runs inside the controller too, where there is no AnsibleModule.run_command.
        done = subprocess.run(  # pylint: disable=ansible-bad-function
            command,
            env=dict(environ),
            input=given,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return 1, "", f"no answer within {_SECONDS:.0f} s"
    except OSError as error:
        return 1, "", error.strerror or type(error).__name__
    return done.returncode, done.stdout, done.stderr


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1].removeprefix("Error: ")[:300] if lines else "no output"
