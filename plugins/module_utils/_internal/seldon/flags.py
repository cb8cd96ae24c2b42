# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reads the operator's command line as Go's flag package does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from ..kube.container_text import Text
from .image import Version
from .release import NEWEST, OLDEST_KNOWN

_TRUE = frozenset(("1", "t", "T", "TRUE", "true", "True"))
_FALSE = frozenset(("0", "f", "F", "FALSE", "false", "False"))

# Flag -> (is boolean, first release that has it). The zap and kubeconfig flags come with controller-runtime.
_FLAGS: Mapping[str, tuple[bool, Version]] = {
    "metrics-bind-address": (False, Version(2, 9, 0)),
    "health-probe-bind-address": (False, Version(2, 9, 0)),
    "namespace": (False, Version(2, 9, 0)),
    "leader-elect": (True, Version(2, 9, 0)),
    "clusterwide": (True, Version(2, 9, 0)),
    "log-level": (False, Version(2, 9, 0)),
    "kubeconfig": (False, Version(2, 9, 0)),
    "zap-devel": (True, Version(2, 9, 0)),
    "zap-encoder": (False, Version(2, 9, 0)),
    "zap-log-level": (False, Version(2, 9, 0)),
    "zap-stacktrace-level": (False, Version(2, 9, 0)),
    "zap-time-encoding": (False, Version(2, 9, 0)),
    "watch-namespaces": (False, Version(2, 9, 1)),
    "use-deployments-for-servers": (True, Version(2, 10, 0)),
    "version": (True, Version(2, 10, 0)),
}


@dataclass(frozen=True)
class Flags:
    """The flags by name (the last one is used).

    `error`: why the process exits at its start. `unknown`: why the rest of the command line is unknown. Both may be empty.
    """

    given: Mapping[str, Text] = field(default_factory=dict)
    error: str = ""
    unknown: str = ""

    def text(self, name: str) -> Text:
        """The value of a string flag; its default is the empty string."""
        if self.unknown or self.error:
            return Text("", self.unknown or self.error)
        return self.given.get(name, Text(""))

    def boolean(self, name: str) -> bool | None:
        """The value of a boolean flag, whose default is false; None when unknown."""
        if self.unknown or self.error:
            return None
        given = self.given.get(name)
        return False if given is None else None if given.value is None else given.value in _TRUE


@dataclass(frozen=True)
class Flag:
    """One flag as it is written. ``value`` is None for a flag without one. ``unknown``: why the rest is unknown."""

    name: str = ""
    value: Text | None = None
    word: str = ""
    unknown: str = ""


def scan(arguments: Iterable[Text]) -> Iterator[Flag]:
    """The flags as Go's package reads them: one or two dashes, then ``=value`` or the next argument as value. A boolean
    needs no value and never uses the next argument.

    Arguments after ``--``, or after the first one that is not a flag, have no effect.
    """
    rest = list(arguments)
    while rest:
        argument = rest.pop(0)
        word = argument.known
        if argument.unknown and word[:1] in ("", "-") and "=" not in word:
            yield Flag(unknown=argument.unknown)
            return
        if len(word) < 2 or word[0] != "-" or word == "--":
            return
        name, equals, value = word[2 if word[1] == "-" else 1 :].partition("=")
        if equals:
            yield Flag(name, Text(value, argument.unknown), word)
        elif is_boolean(name) or not rest:
            yield Flag(name, None, word)
        else:
            yield Flag(name, rest.pop(0), word)


def is_boolean(name: str) -> bool:
    """Whether the flag is boolean, so that it is true without a value."""
    return name in _FLAGS and _FLAGS[name][0]


def parse_flags(arguments: Sequence[Text], version: Version | None) -> Flags:
    """The flags of the operator's process. `version` is None where the release, and so the set of flags, is unknown."""
    given: dict[str, Text] = {}
    for flag in scan(arguments):
        if flag.unknown:
            return Flags(given, unknown=flag.unknown)
        if not flag.name or flag.name[0] == "-":
            return Flags(given, error=f"bad flag syntax: {flag.word}")
        problem = _undefined(flag.name, version)
        if problem is not None:
            return Flags(given, *problem)
        value = flag.value
        if value is None and not is_boolean(flag.name):
            return Flags(given, error=f"--{flag.name} needs a value")
        given[flag.name] = value = Text("true") if value is None else value
        if is_boolean(flag.name) and not value.unknown and value.known not in _TRUE | _FALSE:
            return Flags(
                given, error=f'invalid boolean value "{value.known}" for --{flag.name}; expected true or false'
            )
    if given.get("version", Text("false")).known in _TRUE:
        return Flags(given, error="--version prints the version and exits")
    return Flags(given)


def _undefined(name: str, version: Version | None) -> tuple[str, str] | None:
    """None for a flag that this release has, else (error, unknown), one of which is empty."""
    if name in ("h", "help"):
        return f"--{name} prints the usage and exits", ""
    is_known_release = (
        version is not None
        and version >= OLDEST_KNOWN
        and (version.major, version.minor) <= (NEWEST.major, NEWEST.minor)
    )
    if name in _FLAGS:
        since = _FLAGS[name][1]
        if not is_known_release or (version is not None and since <= version):
            return None
        return f"--{name} is not defined in {version}; it exists since {since}", ""
    if not is_known_release:
        return "", f"it is unknown whether this operator has the flag --{name}"
    close = get_close_matches(name, _FLAGS, n=1)
    return f"--{name} is not defined in {version}" + (f"; did you mean --{close[0]}?" if close else ""), ""
