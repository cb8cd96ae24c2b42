# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which namespaces an operator watches."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from ..seldon.flags import Flags


class Scope(str, Enum):
    """The extent of a watch set."""

    ALL = "all"
    NAMESPACES = "namespaces"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Watch:
    """`namespaces` is sorted, and empty unless the scope is NAMESPACES. `unknown`: the reason for the scope UNKNOWN.

    `surprise`: the setting that does not have the effect that its name suggests, in words that follow the operator's
    name; empty for none.
    """

    scope: Scope
    namespaces: tuple[str, ...] = ()
    unknown: str = ""
    surprise: str = ""

    def covers(self, namespace: str) -> bool | None:
        """Whether the namespace is watched; None when unknown."""
        if self.scope is Scope.UNKNOWN:
            return None
        return self.scope is Scope.ALL or namespace in self.namespaces

    def words(self) -> str:
        """`every namespace`, the names, or why they are unknown."""
        if self.scope is Scope.UNKNOWN:
            return f"unknown ({self.unknown})"
        return "every namespace" if self.scope is Scope.ALL else ", ".join(self.namespaces)


def watch(flags: Flags) -> Watch:
    """The watch set by the operator's rules since 2.9: without --clusterwide only --namespace; with it every namespace, or
    those of --watch-namespaces and --namespace.

    An empty --namespace means every namespace, also together with --watch-namespaces.
    """
    clusterwide = flags.boolean("clusterwide")
    namespace = flags.text("namespace")
    listed = flags.text("watch-namespaces")
    if clusterwide is None:
        return Watch(Scope.UNKNOWN, unknown=flags.error or flags.unknown or flags.given["clusterwide"].unknown)
    if not clusterwide:
        if namespace.value is None:
            return Watch(Scope.UNKNOWN, unknown=namespace.unknown)
        ignored = "" if listed.value == "" else "ignores --watch-namespaces, since --clusterwide is not true"
        if not namespace.value:
            return Watch(
                Scope.ALL, surprise="watches every namespace, since --namespace is empty and --clusterwide is not true"
            )
        return Watch(Scope.NAMESPACES, (namespace.value,), surprise=ignored)
    if listed.value == "":
        return Watch(Scope.ALL)
    if namespace.value == "":
        return Watch(
            Scope.ALL,
            surprise="watches every namespace, since --watch-namespaces does not limit it while --namespace is empty",
        )
    if listed.value is None or namespace.value is None:
        return Watch(Scope.UNKNOWN, unknown=listed.unknown or namespace.unknown)
    names = {name.strip() for name in listed.value.split(",")} - {""} | {namespace.value}
    return Watch(Scope.NAMESPACES, tuple(sorted(names)))
