# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How the platform says what a team wrote as a NetworkPolicy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...isolation.network.policy import Direction, Peer, Policy, Rule
from ...isolation.network.world import NAMESPACE_NAME
from ...kube.names import is_dns_label
from ...kube.selector import Operator, Selector

_DNS = 53
_NAMES = (NAMESPACE_NAME, "name")
_MOST = 4


def instead(policy: Policy, known: Sequence[Policy], platform: str) -> list[str]:
    """Lines that name options, without namespaces that the platform's policies (``known``) already name."""
    reached = {
        direction: {name for one in known for _rule, peer in _peers(one, direction) for name in _namespaces(peer)}
        for direction in Direction
    }
    egress = list(
        dict.fromkeys(_entries(policy, Direction.EGRESS, {*reached[Direction.EGRESS], policy.namespace, platform}))
    )
    ingress = list(
        dict.fromkeys(_entries(policy, Direction.INGRESS, {*reached[Direction.INGRESS], policy.namespace, platform}))
    )
    options = []
    if egress:
        options.append(f"tenant_namespace_egress: [{', '.join(egress[:_MOST])}]")
    if ingress:
        options.append(f"tenant_namespace_ingress: [{', '.join(ingress[:_MOST])}] for clients of the models")
    if any(port.first == _DNS for rule in policy.rules.get(Direction.EGRESS, ()) for port in rule.ports):
        options.append("tenant_namespace_network.dns where DNS is not in kube-system")
    flows = "instead the platform opens what Seldon needs, with DNS, the API server and Prometheus"
    return [flows, *([f"for more ask for {'; '.join(options)}"] if options else [])]


def _entries(policy: Policy, direction: Direction, known: set[str]) -> Iterator[str]:
    for rule, peer in _peers(policy, direction):
        places = [f"namespace: {name}" for name in _namespaces(peer) if name not in known]
        if peer.block is not None:
            places = [f"cidr: {peer.block.cidr}"]
        for place in places:
            yield f"{{{place}, port: {_port(rule)}}}" if direction is Direction.EGRESS else f"{{{place}}}"


def _peers(policy: Policy, direction: Direction) -> Iterator[tuple[Rule, Peer]]:
    for rule in policy.rules.get(direction, ()):
        for peer in rule.peers:
            yield rule, peer


def _namespaces(peer: Peer) -> list[str]:
    """Those that the peer names, or seems to."""
    requirements = (peer.namespaces or Selector()).requirements
    values = [
        value
        for one in requirements
        if one.key in _NAMES and one.operator is Operator.IN
        for value in sorted(one.values)
    ]
    return [value for value in values if is_dns_label(value)]


def _port(rule: Rule) -> str:
    return next((str(port.first) for port in rule.ports if not port.name and port.first == port.last), "…")
