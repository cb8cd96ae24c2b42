# SPDX-License-Identifier: GPL-3.0-or-later
"""ansible-navigator with the project's settings."""

from __future__ import annotations

import shutil

from lab.layout import REPOSITORY

from .check import Failed, command
from .environments import clean, environment, scratch

_PACKAGES = ("ansible-navigator==26.10.0", "ansible-core==2.19.*")


def navigator() -> str:
    """Checks that it accepts the settings, and leaves no file behind."""
    programs = environment(_PACKAGES)
    directory = scratch("navigator")
    shutil.copy(REPOSITORY / "ansible-navigator.yml", directory)
    (directory / "play.yml").write_text(
        "- hosts: localhost\n  gather_facts: false\n  tasks: [{ansible.builtin.ping: }]\n", encoding="utf-8"
    )
    said = command([programs / "ansible-navigator", "run", "play.yml"], directory, clean(programs))
    left = sorted(
        path.name for path in directory.iterdir() if path.name not in ("ansible-navigator.yml", "play.yml", ".ansible")
    )
    if "ok=1" not in said or left:
        raise Failed(f"left behind: {left}\n{said}")
    return "runs a playbook, leaves no artifact"
