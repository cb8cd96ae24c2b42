# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The extra variables of a command line, without values that may be secret."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import yaml
from ansible.errors import AnsibleError
from ansible.parsing.splitter import parse_kv

_CREDENTIALS = re.compile(r"://[^/\s]*@")
"""Credentials in a URL."""


def shown_extra_vars(text: str, shown: Collection[str], left_out: Collection[str] = ()) -> Iterator[str]:
    """The arguments of the ``-e`` options that replace ``-e text``, quoted for a shell.

    ``text`` is a file (``@file``), ``name=value`` pairs or a mapping in YAML or JSON, as in ansible-playbook. The values
    of ``shown`` names are shown, unless they contain credentials. Others become ``name=<value>``, which a shell refuses to
    run, so that nobody starts a run with that value. ``left_out`` names are omitted.
    """
    if text.startswith("@"):
        yield shlex.quote(text)
        return
    values = _parsed(text)
    if not values:
        yield "<variables>"
        return
    kept = {name: value for name, value in values.items() if name not in left_out}
    visible = {name: value for name, value in kept.items() if name in shown and _is_harmless(value)}
    if len(visible) == len(values):
        yield shlex.quote(text)
    elif visible:
        yield shlex.quote(json.dumps(visible))
    yield from (f"{shlex.quote(name)}=<value>" for name in kept if name not in visible)


def _parsed(text: str) -> dict[str, Any]:
    """The variables by name; empty for a text that ansible-playbook refuses too."""
    try:
        parsed = yaml.safe_load(text) if text[:1] in ("[", "{") else parse_kv(text)
    except (yaml.YAMLError, AnsibleError):
        return {}
    return {str(name): value for name, value in parsed.items()} if isinstance(parsed, Mapping) else {}


def _is_harmless(value: object) -> bool:
    if isinstance(value, Sequence) and not isinstance(value, str):
        return all(_is_harmless(entry) for entry in value)
    return isinstance(value, (str, int, float)) and not _CREDENTIALS.search(str(value))
