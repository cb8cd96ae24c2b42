# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A snapshot, indexed once."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from ..kube.json_values import texts
from ..kube.objects import mapping, mappings, name_of
from ..kube.types import KubeObject
from ..operators.record import Operator, operators_perhaps_watching, operators_watching
from ..operators.watch import Scope as WatchScope
from ..seldon.canonical import canonical
from .config import Config, configs_by_name, unique
from .export import exported
from .policy import Policy
from .server_names import replicas_by_name
from .shadow import Shadow, shadow
from .snapshot import Snapshot
from .trace import Scope

_FORMS = 8
"""Live pod specs whose canonical forms are remembered: those of Servers with the same ServerConfig are the same, or
nearly all.
"""


class Index:
    """Look-ups in constant time. ``platforms``: the namespaces that may be the platform's; more than one means that
    nobody can tell.
    """

    def __init__(self, snapshot: Snapshot, policy: Policy) -> None:
        self.snapshot = snapshot
        self.policy = policy
        self.configs = configs_by_name(snapshot.server_configs.objects)
        self.servers = dict(sorted(unique(snapshot.servers.objects).items()))
        self.stateful_sets = unique(snapshot.stateful_sets.objects)
        self._operators: dict[str, tuple[list[Operator], list[Operator]]] = {}
        self._forms: deque[tuple[Any, KubeObject]] = deque(maxlen=_FORMS)
        self._shadows: dict[tuple[str, str, str], Shadow] = {}
        self.names: dict[str, list[str]] = defaultdict(list)
        for namespace, name in sorted(self.configs):
            self.names[namespace].append(name)
        self.namespaces = (
            None
            if snapshot.namespaces.refused
            else {name_of(dict(obj)): obj for obj in mappings(list(snapshot.namespaces.objects))}
        )
        if policy.platform_namespace is not None:
            self.platforms: tuple[str, ...] = (policy.platform_namespace,)
        else:
            self.platforms = tuple(sorted({operator.namespace for operator in snapshot.operators or ()}))

    @cached_property
    def most_replicas(self) -> dict[str, dict[str, int]]:
        """By namespace, then by Server."""
        grouped: dict[str, list[KubeObject]] = defaultdict(list)
        for (namespace, _name), server in self.servers.items():
            grouped[namespace].append(server)
        return {namespace: replicas_by_name(servers) for namespace, servers in grouped.items()}

    def operators(self, namespace: str) -> tuple[list[Operator], list[Operator]] | None:
        """The running ones that certainly watch the namespace, and those of which it cannot be told; None when they
        could not be read.
        """
        running = self.snapshot.operators
        if running is None:
            return None
        if namespace not in self._operators:
            near = self._watchers.get(namespace, ()) if namespace else ()
            ordered = sorted([*near, *self._watchers[""]], key=lambda operator: operator.title)
            self._operators[namespace] = (
                operators_watching(ordered, namespace),
                operators_perhaps_watching(ordered, namespace),
            )
        return self._operators[namespace]

    @cached_property
    def _watchers(self) -> dict[str, list[Operator]]:
        """The operators that may watch a namespace, by its name; under the empty name those that are not limited to
        some.
        """
        found: dict[str, list[Operator]] = {"": []}
        for operator in self.snapshot.operators or ():
            limited = operator.watch.scope is WatchScope.NAMESPACES
            for namespace in set(operator.watch.namespaces) if limited else ("",):
                found.setdefault(namespace, []).append(operator)
        return found

    def canonical(self, live: object) -> KubeObject:
        """The canonical form of a live pod spec. Comparing it with the last ones is quicker than computing the
        form again.
        """
        for known, form in self._forms:
            if known == live:
                return form
        form = canonical(live)
        self._forms.appendleft((live, form))
        return form

    def path(self, own: str) -> list[tuple[str, Scope]]:
        """The namespaces in the order in which they are looked into: its own first, each once."""
        wanted = [
            (own, Scope.OWN),
            *((name, Scope.SHARED) for name in self.policy.shared if name not in self.platforms),
        ]
        found: dict[str, Scope] = {}
        for name, scope in [*wanted, *((name, Scope.PLATFORM) for name in self.platforms[:1])]:
            found.setdefault(name, scope)
        return list(found.items())

    def exists(self, namespace: str) -> bool:
        """Whether the namespace exists; assumed where that could not be read."""
        return (
            self.namespaces is None
            or namespace in self.namespaces
            or self.snapshot.namespaces.refusal(namespace) is not None
        )

    def terminating(self, namespace: str) -> bool:
        """Whether the namespace is being deleted."""
        found = (self.namespaces or {}).get(namespace, {})
        return (
            bool(mapping(found.get("metadata")).get("deletionTimestamp"))
            or mapping(found.get("status")).get("phase") == "Terminating"
        )

    def labels(self, namespace: str) -> Mapping[str, str] | None:
        """Of the namespace; None where they could not be read."""
        if self.namespaces is None or (
            namespace not in self.namespaces and self.snapshot.namespaces.refusal(namespace) is not None
        ):
            return None
        return texts(mapping(self.namespaces.get(namespace, {}).get("metadata")).get("labels"))

    def is_exported(self, config: Config, own: str, scope: Scope) -> bool | None:
        """Whether the namespace may use that ServerConfig; None where it cannot be told."""
        if config.namespace == own:
            return True
        return exported(config.metadata.get("annotations"), own, self.labels(own), scope is Scope.PLATFORM)

    def shadow(self, winner: Config, hidden: Config, scope: Scope) -> Shadow:
        """Compared once, however many Servers name them."""
        key = (winner.namespace, hidden.namespace, hidden.name)
        if key not in self._shadows:
            self._shadows[key] = shadow(winner, hidden, scope)
        return self._shadows[key]

    def namesakes(self, config: Config, own: str) -> list[Config]:
        """The others of that name that the namespace may use."""
        found = [
            (self.configs.get((namespace, config.name)), scope)
            for namespace, scope in self.path(own)
            if namespace != config.namespace
        ]
        return [other for other, scope in found if other is not None and self.is_exported(other, own, scope)]

    def candidates(self, own: str) -> list[tuple[str, str]]:
        """(namespace, name) of every ServerConfig that may be named to the readers of the result."""
        if self.policy.admin:
            return sorted(self.configs)
        return [
            (namespace, name)
            for namespace, scope in self.path(own)
            for name in self.names.get(namespace, ())
            if self.is_exported(self.configs[(namespace, name)], own, scope)
        ]
