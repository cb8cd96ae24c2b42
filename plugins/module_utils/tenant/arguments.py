# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The command line of a tenant's operator, made from that of the central one."""

from __future__ import annotations

from collections.abc import Sequence

REPLACED = ("namespace", "clusterwide", "watch-namespaces", "leader-elect")
"""Flags that decide where an operator works; all others are taken over."""
_BOOLEAN = frozenset(("leader-elect", "clusterwide", "use-deployments-for-servers", "zap-devel", "version"))


def tenant_arguments(central: Sequence[str], tenant: str) -> list[str]:
    """All flags of the central operator that do not decide where it works, in its order, then the tenant's own."""
    kept = [_spelled(name, value) for name, value in read_flags(central) if name not in REPLACED]
    return [*kept, f"--namespace={tenant}", "--clusterwide=false"]


def read_flags(arguments: Sequence[str]) -> list[tuple[str, str | None]]:
    """Flags as Go reads them: one or two dashes, ``=value`` or the next argument; a boolean may stand alone and never takes the next one.

    The first argument that is no flag ends the reading, and so does ``--``: what follows has no effect on the operator. References such as
    ``$(LOG_LEVEL)`` stay as they are. None as a value means that the flag stands alone.
    """
    flags: list[tuple[str, str | None]] = []
    rest = list(arguments)
    while rest:
        argument = rest.pop(0)
        if len(argument) < 2 or not argument.startswith("-") or argument == "--":
            break
        name, equals, value = argument.removeprefix("-").removeprefix("-").partition("=")
        if equals:
            flags.append((name, value))
        elif name in _BOOLEAN or not rest:
            flags.append((name, None))
        else:
            flags.append((name, rest.pop(0)))
    return flags


def _spelled(name: str, value: str | None) -> str:
    return f"--{name}" if value is None else f"--{name}={value}"
