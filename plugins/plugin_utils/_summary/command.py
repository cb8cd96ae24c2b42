# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The command that repeats a run."""

from __future__ import annotations

import os
import shlex
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from ansible import constants as C

from .extra_vars import shown_extra_vars

TENANTS = "seldon_deploy_tenants"
"""Limits a run to tenants, as ``--limit`` does. A run whose limit excludes one of them is refused."""
_FLAGS = {
    "check": "--check",
    "diff": "--diff",
    "become": "--become",
    "ask_pass": "--ask-pass",
    "become_ask_pass": "--ask-become-pass",
    "ask_vault_pass": "--ask-vault-pass",
}
_VALUES = {
    "connection": ("--connection", C.DEFAULT_TRANSPORT),
    "remote_user": ("--user", C.DEFAULT_REMOTE_USER),
    "private_key_file": ("--private-key", C.DEFAULT_PRIVATE_KEY_FILE),
    "become_method": ("--become-method", C.DEFAULT_BECOME_METHOD),
    "become_user": ("--become-user", None),
    "start_at_task": ("--start-at-task", None),
}
"""Options with their defaults."""
_ALL_TAGS = ["all"]
"""The tags of a run without ``--tags``."""


def command_line(
    arguments: Mapping[str, Any], shown: Collection[str], directory: str, *, chooses_tenants: bool = False
) -> str:
    """The command, quoted for a shell, without options that limit it to hosts.

    ``arguments`` are the parsed arguments of ansible-playbook, by the names in its parser. ``shown`` are the extra variables
    whose values can be shown. Paths are relative to ``directory``. ``chooses_tenants``: whether the extra variables of the
    run choose tenants.
    """
    return " ".join(["ansible-playbook", *_parts(arguments, shown, directory, chooses_tenants)])


def _parts(
    arguments: Mapping[str, Any], shown: Collection[str], directory: str, chooses_tenants: bool
) -> Iterator[str]:
    def path(text: str) -> str:
        """Relative to the directory, if that is shorter. A list of hosts such as ``localhost,`` does not change."""
        return min(text, os.path.relpath(text, directory), key=len) if os.path.isabs(text) else text

    yield from (f"-i {shlex.quote(path(source))}" for source in arguments.get("inventory") or ())
    yield from (shlex.quote(path(playbook)) for playbook in arguments.get("args") or ())
    given = [str(text) for text in arguments.get("extra_vars") or () if text]
    for text in given:
        short = "@" + path(text[1:]) if text.startswith("@") else text
        yield from (f"-e {part}" for part in shown_extra_vars(short, shown, (TENANTS,)))
    if chooses_tenants and any(text.startswith("@") for text in given):
        yield f"-e {TENANTS}="
    yield from (f"--vault-id {shlex.quote(source)}" for source in arguments.get("vault_ids") or ())
    for source in arguments.get("vault_password_files") or ():
        yield f"--vault-password-file {shlex.quote(path(source))}"
    for name, option in (("tags", "--tags"), ("skip_tags", "--skip-tags")):
        tags = sorted(arguments.get(name) or ())
        if tags and tags != _ALL_TAGS:
            yield f"{option} {shlex.quote(','.join(tags))}"
    for name, (option, default) in _VALUES.items():
        if arguments.get(name) not in (None, default):
            yield f"{option} {shlex.quote(str(arguments[name]))}"
    yield from (option for name, option in _FLAGS.items() if arguments.get(name))
