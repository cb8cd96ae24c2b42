# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Flows between Seldon's pods and pods of the team in the same namespace: there both ends are closed, so both have to
be opened.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict

from ...kube.types import KubeObject
from ..options.network_entries import Destination, Peer
from .peers import egress, ingress, peer_of, pods_in, ports, rule_to, team_pods
from .planned_policy import OtherEnd, PlannedPolicy, Selector

_DIGITS = 8


def reaching(
    tenant: str,
    name: str,
    sources: Selector,
    entries: Sequence[Destination],
    *protocols: str,
    other_end: OtherEnd = OtherEnd.PEERS,
) -> list[PlannedPolicy]:
    """``sources`` are let out to all of the entries, and let in by those that are the team's own. ``protocols``: other
    than the entries' own.
    """
    within = [{**pods_in(tenant, {}), "podSelector": sources}]
    policies = egress(tenant, name, sources, [rule_to(entry, *protocols) for entry in entries], other_end)
    for entry in entries:
        if entry.peer.namespace == tenant:
            opened = ports((entry.port,), *(protocols or (entry.protocol,)))
            policies += ingress(
                tenant, f"{name}-{digest(asdict(entry))}", team_pods(entry.peer.pod_labels), within, opened, other_end
            )
    return policies


def callers(tenant: str, peers: Iterable[Peer]) -> list[KubeObject]:
    """Peers of an ingress rule. Of the tenant's own namespace it is the team's pods."""
    return [
        {**pods_in(tenant, {}), "podSelector": team_pods(peer.pod_labels)}
        if peer.namespace == tenant
        else peer_of(peer)
        for peer in peers
    ]


def letting_out(
    tenant: str,
    name: str,
    peers: Iterable[Peer],
    rules: Sequence[KubeObject],
    other_end: OtherEnd = OtherEnd.PEERS,
) -> list[PlannedPolicy]:
    """The egress of those callers that are the team's own."""
    inside = [team_pods(peer.pod_labels) for peer in peers if peer.namespace == tenant]
    return [policy for pods in inside for policy in egress(tenant, f"{name}-{digest(pods)}", pods, rules, other_end)]


def digest(value: object) -> str:
    """A name that stays the same when entries around it come and go."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:_DIGITS]
