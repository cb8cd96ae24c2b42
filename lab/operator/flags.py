# SPDX-License-Identifier: GPL-3.0-or-later
"""Command line flags as Go's package "flag" parses them."""

from __future__ import annotations

from typing import NamedTuple

from .release import Release

TRUE = ("1", "t", "T", "TRUE", "true", "True")
FALSE = ("0", "f", "F", "FALSE", "false", "False")


class Flag(NamedTuple):
    default: str | bool
    usage: str


class FlagError(Exception):
    """A flag that Go refuses. str() is the line that Go prints before the usage; the process then exits with 2."""


class HelpRequested(Exception):
    """-h or -help; the usage is printed and the process exits with 0."""


_COMMON: dict[str, Flag] = {
    "clusterwide": Flag(False, "watch all namespaces, or those of -watch-namespaces"),
    "health-probe-bind-address": Flag(":4001", "address of the health endpoints"),
    "kubeconfig": Flag("", "path to a kubeconfig"),
    "leader-elect": Flag(False, "run only while holding the Lease"),
    "log-level": Flag("debug", "level of the log"),
    "metrics-bind-address": Flag(":4000", "address of the metrics endpoint"),
    "namespace": Flag("", "namespace to watch"),
    "watch-namespaces": Flag("", "namespaces to watch besides, separated by commas; only with -clusterwide"),
}
_OF_RELEASE: dict[str, Flag] = {
    "use-deployments-for-servers": Flag(False, "Deployments instead of StatefulSets for Servers"),
    "version": Flag(False, "print the version"),
}


def known_flags(release: Release) -> dict[str, Flag]:
    return {**_COMMON, **{name: _OF_RELEASE[name] for name in release.own_flags}}


def parse_bool(text: str) -> bool:
    """strconv.ParseBool; raises ValueError."""
    if text in TRUE:
        return True
    if text in FALSE:
        return False
    raise ValueError(f'strconv.ParseBool: parsing "{text}": invalid syntax')


def parse_flags(arguments: list[str], known: dict[str, Flag]) -> dict[str, str | bool]:
    """Values by flag name. Parsing ends at the first argument that is not a flag, or after "--", as in Go."""
    values: dict[str, str | bool] = {name: flag.default for name, flag in known.items()}
    rest = list(arguments)
    while rest:
        argument = rest[0]
        if len(argument) < 2 or not argument.startswith("-"):
            break
        rest.pop(0)
        dashes = 2 if argument.startswith("--") else 1
        if argument == "--":
            break
        name, equals, value = argument[dashes:].partition("=")
        if not name or name.startswith("-"):
            raise FlagError(f"bad flag syntax: {argument}")
        if name not in known:
            if name in ("h", "help"):
                raise HelpRequested
            raise FlagError(f"flag provided but not defined: -{name}")
        if isinstance(known[name].default, bool):
            values[name] = _boolean(name, value) if equals else True
        elif equals:
            values[name] = value
        elif rest:
            values[name] = rest.pop(0)
        else:
            raise FlagError(f"flag needs an argument: -{name}")
    return values


def usage(known: dict[str, Flag]) -> str:
    lines = ["Usage of /manager:"]
    for name, flag in sorted(known.items()):
        kind = "" if isinstance(flag.default, bool) else " string"
        lines += [f"  -{name}{kind}", f"    \t{flag.usage}"]
    return "\n".join(lines)


def _boolean(name: str, value: str) -> bool:
    try:
        return parse_bool(value)
    except ValueError:
        raise FlagError(f'invalid boolean value "{value}" for -{name}: parse error') from None
