# SPDX-License-Identifier: GPL-3.0-or-later
"""Commands of the installed collection, run from an empty directory on a lab of their own."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from lab.layout import REPOSITORY, Layout

from .artifact import COLLECTION, installed
from .check import Failed, command
from .environments import clean, environment, scratch

OLDEST_CORE = "ansible-core==2.19.*"
PLAYBOOK = "ml_platform.seldon.seldon_deploy"
Arguments = Sequence[str]

_CHANGED = re.compile(r"^(\S+)\s+: ok=\d+ +changed=(\d+)", re.MULTILINE)


@contextmanager
def empty_lab(name: str) -> Iterator[Layout]:
    """A running lab without a tenant."""
    layout = Layout(scratch(name))
    variables = {**clean(Path(sys.executable).parent), "LAB_DIR": str(layout.root)}
    command([sys.executable, "-m", "lab", "up"], REPOSITORY, variables)
    try:
        yield layout
    finally:
        command([sys.executable, "-m", "lab", "down"], REPOSITORY, variables)


def run_commands(packages: Sequence[str], name: str, commands: Sequence[Arguments]) -> list[str]:
    """Runs ``ansible-playbook`` with each of the argument lists, in order, on one lab that begins empty; returns what
    each prints.

    The environment has the installed artifact, kubernetes.core, these Python packages, helm, kubectl and kustomize, and
    nothing else of the project. Raises Failed with the end of the output of the first that fails.
    """
    programs = environment(packages)
    collections = installed(programs, f"{name}-collections")
    inventory = collections / COLLECTION / "inventory.yml"
    with empty_lab(f"{name}-lab") as lab:
        variables = clean(programs, lab.bin, ANSIBLE_COLLECTIONS_PATH=collections, KUBECONFIG=lab.kubeconfig)
        charts = f"seldon_core_chart_source={REPOSITORY / 'lab' / 'charts' / '2.10.2'}"
        fixed = [programs / "ansible-playbook", "-i", inventory, "-e", charts]
        return [command([*fixed, *arguments], scratch(f"{name}-empty"), variables) for arguments in commands]


def changed(output: str) -> dict[str, int]:
    """The recap's count of changed tasks, by host."""
    return {host: int(count) for host, count in _CHANGED.findall(output)}


def deploy() -> str:
    """Deploys twice, with the documented requirements only."""
    requirements = (REPOSITORY / "requirements.txt").read_text(encoding="utf-8").splitlines()
    packages = [OLDEST_CORE, *(line for line in requirements if line and not line.startswith("#"))]
    first, second = run_commands(packages, "deploy", [[PLAYBOOK], [PLAYBOOK]])
    if not changed(first) or not all(changed(first).values()):
        raise Failed(f"the first run changed nothing on some host: {changed(first)}")
    if any(changed(second).values()) or changed(second).keys() != changed(first).keys():
        raise Failed(f"the second run is not without a change: {changed(second)}")
    return f"changed {sum(changed(first).values())}, then 0, on {len(changed(first))} hosts"
