# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The command line of a tenant's operator, derived from that of the central operator."""

from __future__ import annotations

from collections.abc import Sequence

from ..kube.container_text import Text
from .flags import Flag, scan

REPLACED = ("namespace", "clusterwide", "watch-namespaces", "leader-elect")
"""Flags that determine the watch set and the leader election of an operator; all others are copied."""


def tenant_arguments(central: Sequence[str], tenant: str) -> list[str]:
    """The flags of the central operator without those of REPLACED, in its order, then the tenant's own."""
    given = scan(Text(argument) for argument in central)
    kept = [_spelled(flag) for flag in given if flag.name not in REPLACED]
    return [*kept, f"--namespace={tenant}", "--clusterwide=false"]


def _spelled(flag: Flag) -> str:
    return f"--{flag.name}" if flag.value is None else f"--{flag.name}={flag.value.known}"
