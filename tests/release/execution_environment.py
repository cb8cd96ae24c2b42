# SPDX-License-Identifier: GPL-3.0-or-later
"""The content of an execution environment: only the packages that ansible-builder finds in the installed collections."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import yaml

from .artifact import installed
from .check import command
from .deployment import OLDEST_CORE, PLAYBOOK, Arguments, run_commands
from .environments import clean

COMMANDS: tuple[Arguments, ...] = (
    [PLAYBOOK, "-t", "check"],
    [PLAYBOOK, "--check", "--diff"],
    [PLAYBOOK],
)
"""The commands of job templates, as arguments of ansible-playbook."""


def introspected(collections: Path) -> list[str]:
    """The Python packages that ``ansible-builder introspect`` lists for a collections path."""
    programs = Path(sys.executable).parent
    said = command(
        [programs / "ansible-builder", "introspect", "--sanitize", collections], collections, clean(programs)
    )
    # Sanitized lines end with a comment that names the collection.
    return [line.split("#")[0].strip() for line in yaml.safe_load(said)["python"]]


def job_templates(commands: Sequence[Arguments] = COMMANDS) -> str:
    """Runs the commands with these packages and ansible-core alone, so that a missing dependency shows."""
    packages = introspected(installed(Path(sys.executable).parent, "introspected"))
    run_commands([OLDEST_CORE, *packages], "environment", commands)
    return f"{len(commands)} commands with {', '.join(packages)}"
