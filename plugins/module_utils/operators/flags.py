# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The operator's command line, read as Go's flag package reads it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from .image import Version
from .text import Text

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
_OLDEST_KNOWN = Version(2, 9, 0)
_NEWEST_KNOWN = (2, 10)


@dataclass(frozen=True)
class Flags:
    """The flags given (the last one of a name wins), and what stopped the reading.

    `error`: the process ends at its start because of it. `unknown`: the rest of the command line cannot be told. Both are words, or empty.
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
        """The value of a boolean flag, whose default is false; None when it cannot be told."""
        if self.unknown or self.error:
            return None
        given = self.given.get(name)
        return False if given is None else None if given.value is None else given.value in _TRUE


def parse_flags(arguments: Sequence[Text], version: Version | None) -> Flags:
    """Reads the arguments of the operator's process. `version` None: the release, and so the set of flags, is not known."""
    given: dict[str, Text] = {}
    rest = list(arguments)
    while rest:
        argument = rest.pop(0)
        word = argument.known
        if argument.unknown and word[:1] in ("", "-") and "=" not in word:
            return Flags(given, unknown=argument.unknown)
        if len(word) < 2 or word[0] != "-" or word == "--":
            break
        name, equals, value = word[2 if word[1] == "-" else 1 :].partition("=")
        if not name or name[0] == "-":
            return Flags(given, error=f"bad flag syntax: {word}")
        problem = _undefined(name, version)
        if problem is not None:
            return Flags(given, *problem)
        if _FLAGS[name][0]:
            given[name] = Text(value, argument.unknown) if equals else Text("true")
            if not argument.unknown and given[name].known not in _TRUE | _FALSE:
                return Flags(given, error=f'invalid boolean value "{value}" for --{name}; expected true or false')
        elif equals:
            given[name] = Text(value, argument.unknown)
        elif rest:
            given[name] = rest.pop(0)
        else:
            return Flags(given, error=f"--{name} needs a value")
    if given.get("version", Text("false")).known in _TRUE:
        return Flags(given, error="--version prints the version and ends")
    return Flags(given)


def _undefined(name: str, version: Version | None) -> tuple[str, str] | None:
    """None for a flag that this release has, else (error, unknown) of which one is empty."""
    if name in ("h", "help"):
        return f"--{name} prints the usage and ends", ""
    known = version is not None and version >= _OLDEST_KNOWN and (version.major, version.minor) <= _NEWEST_KNOWN
    if name in _FLAGS:
        since = _FLAGS[name][1]
        if not known or (version is not None and since <= version):
            return None
        return f"--{name} is not defined in {version}; it exists since {since}", ""
    if not known:
        return "", f"whether this operator has a flag --{name} is not known"
    close = get_close_matches(name, _FLAGS, n=1)
    return f"--{name} is not defined in {version}" + (f"; did you mean --{close[0]}?" if close else ""), ""
