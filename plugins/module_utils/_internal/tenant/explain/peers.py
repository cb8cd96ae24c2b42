# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Peers of a policy that are nobody, or that are not who they are meant to be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...isolation.network.policy import Direction, Peer, Policy, Rule
from ...isolation.network.world import NAMESPACE_NAME
from ...kube.names import is_dns_label
from ...kube.selector import Operator, Requirement
from .party import Group
from .representative import labels_for
from .text import labels_text, named


def peer_lines(policy: Policy, groups: Sequence[Group]) -> list[str]:
    """By labels of namespaces that anybody may set, and by labels that no planned pod has."""
    return [*_by_free_labels(policy), *_nobody(policy, groups), *_nowhere(policy)]


def peers_of(policy: Policy) -> Iterator[tuple[Rule, str, Peer]]:
    """Each with its rule and its path, such as ``ingress[0].from[1]``."""
    for direction, rules in policy.rules.items():
        field = "to" if direction is Direction.EGRESS else "from"
        for rule in rules:
            for number, peer in enumerate(rule.peers):
                yield rule, f"{rule.path}.{field}[{number}]", peer


def _by_free_labels(policy: Policy) -> list[str]:
    free: dict[str, list[Requirement]] = {}
    for _rule, _path, peer in peers_of(policy):
        for requirement in peer.namespaces.requirements if peer.namespaces else ():
            if requirement.key != NAMESPACE_NAME and requirement.operator in (Operator.IN, Operator.EXISTS):
                free.setdefault(requirement.key, []).append(requirement)
    return [_free_text(key, requirements) for key, requirements in free.items()]


def _free_text(key: str, requirements: Sequence[Requirement]) -> str:
    values = [next(iter(one.values)) for one in requirements if len(one.values) == 1]
    name = next((value for value in values if is_dns_label(value)), "<name>")
    said = f'Kubernetes sets no label "{key}" on namespaces, so it matches none, or whichever somebody labels so'
    return f"namespaceSelector {named(map(_requirement_text, requirements))}: {said}; write {NAMESPACE_NAME}: {name}"


def _requirement_text(requirement: Requirement) -> str:
    return f"{requirement.key}={'|'.join(sorted(requirement.values))}" if requirement.values else requirement.key


def _nobody(policy: Policy, groups: Sequence[Group]) -> Iterator[str]:
    for rule, path, peer in peers_of(policy):
        if (
            peer.block is not None
            or peer.namespaces is not None
            or any(peer.pods.matches(group.labels) is not False for group in groups)
        ):
            continue
        labels = labels_for(peer.pods)
        split = any(other.namespaces is not None and not other.pods.requirements for other in rule.peers)
        hint = (
            "; to mean these pods in the namespaces above, both selectors belong into one entry of the list"
            if split
            else ""
        )
        said = f"podSelector {labels_text(labels)}" if labels else "podSelector"
        yield f"{path}: {said} matches no planned pod{hint}"


def _nowhere(policy: Policy) -> Iterator[str]:
    for _rule, path, peer in peers_of(policy):
        if labels_for(peer.pods) is None or (peer.namespaces is not None and labels_for(peer.namespaces) is None):
            yield f"{path}: its requirements exclude each other, so it matches nothing"
