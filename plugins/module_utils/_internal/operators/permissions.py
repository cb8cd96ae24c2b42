# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether an operator's ServiceAccount has the permissions that it needs, and which others it has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from ..seldon.image import Version
from ..seldon.manager_permissions import LEADER_ELECTION, Need, manager_needs
from ..seldon.release import NEWEST, OLDEST_KNOWN
from .rbac import CLUSTER, Grant, Rule, allowed
from .watch import Scope, Watch

_SENSITIVE = (
    ("", "secrets"),
    ("rbac.authorization.k8s.io", "roles"),
    ("rbac.authorization.k8s.io", "rolebindings"),
    ("rbac.authorization.k8s.io", "clusterroles"),
    ("rbac.authorization.k8s.io", "clusterrolebindings"),
)


class Held(str, Enum):
    """Whether the needed permissions are granted."""

    HELD = "held"
    MISSING = "missing"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Permissions:
    """`missing`: one text per group of namespaces that lack the same. `unknown`: why it is unknown, or empty.

    `cluster_wide` and `elsewhere`: permissions on Secrets and RBAC objects in the whole cluster, and in namespaces outside
    of the watch set, as texts with their binding; None when unknown.
    """

    held: Held
    missing: tuple[str, ...] = ()
    unknown: str = ""
    cluster_wide: tuple[str, ...] | None = None
    elsewhere: tuple[str, ...] | None = None


def permissions(
    granted: Sequence[Grant], unread: Sequence[str], watch: Watch, version: Version | None, lease_namespace: str | None
) -> Permissions:
    """The verdict. `granted`: the grants of the ServiceAccount, incomplete when kinds are `unread`. `lease_namespace`: None
    without leader election.
    """
    refused = f"{', '.join(unread)} could not be read" if unread else ""
    cluster_wide = None if refused else _sensitive(grant for grant in granted if grant.namespace == CLUSTER)
    if watch.scope is Scope.UNKNOWN:
        return Permissions(
            Held.UNKNOWN, unknown=f"the watch set is unknown: {watch.unknown}", cluster_wide=cluster_wide
        )
    elsewhere = (
        None
        if refused
        else _sensitive(grant for grant in granted if grant.namespace and not watch.covers(grant.namespace))
    )
    surely = _missing(granted, watch, version or OLDEST_KNOWN, lease_namespace)
    perhaps = surely if version else _missing(granted, watch, NEWEST, lease_namespace)
    if not perhaps:
        return Permissions(Held.HELD, (), "", cluster_wide, elsewhere)
    if refused:
        return Permissions(Held.UNKNOWN, (), refused, cluster_wide, elsewhere)
    if not surely:
        return Permissions(
            Held.UNKNOWN,
            (),
            f"the release is unknown, and newer ones need {'; '.join(perhaps)}",
            cluster_wide,
            elsewhere,
        )
    return Permissions(Held.MISSING, surely, "", cluster_wide, elsewhere)


def _missing(granted: Sequence[Grant], watch: Watch, version: Version, lease_namespace: str | None) -> tuple[str, ...]:
    places: dict[str, list[str]] = defaultdict(list)
    everything = _lacking((), manager_needs(version))
    for place in (CLUSTER,) if watch.scope is Scope.ALL else watch.namespaces:
        lacking = _lacking(_rules_in(granted, place), manager_needs(version))
        if lacking:
            places["everything that an operator needs" if lacking == everything else lacking].append(
                place or "every namespace"
            )
    if lease_namespace is not None:
        lacking = _lacking(_rules_in(granted, lease_namespace), LEADER_ELECTION)
        if lacking:
            places[f"{lacking}, for the leader election"].append(lease_namespace)
    return tuple(f"in {', '.join(names)}: {lacking}" for lacking, names in places.items())


def _rules_in(granted: Sequence[Grant], place: str) -> list[Rule]:
    return [rule for grant in granted if grant.namespace in (CLUSTER, place) for rule in grant.rules]


def _lacking(rules: Sequence[Rule], needs: Sequence[Need]) -> str:
    """The missing verbs: `create, delete secrets, services; list endpointslices.discovery.k8s.io`; empty for none."""
    resources: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for need in needs:
        for resource in need.resources:
            verbs = tuple(verb for verb in need.verbs if not allowed(rules, need.group, resource, verb))
            if verbs:
                resources[verbs].append(_qualified(need.group, resource))
    return "; ".join(f"{', '.join(verbs)} {', '.join(names)}" for verbs, names in resources.items())


def _sensitive(granted: Iterable[Grant]) -> tuple[str, ...]:
    words = []
    for grant in granted:
        for rule in grant.rules:
            touched = [_qualified(group, resource) for group, resource in _SENSITIVE if rule.touches(group, resource)]
            named = f" named {', '.join(sorted(rule.names))}" if rule.names else ""
            if touched:
                words.append(f"{', '.join(sorted(rule.verbs))} {', '.join(touched)}{named} ({grant.binding})")
    return tuple(words)


def _qualified(group: str, resource: str) -> str:
    head, slash, subresource = resource.partition("/")
    return head + (f".{group}" if group else "") + slash + subresource
