# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which workloads may connect to which, as far as the NetworkPolicies decide."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..isolation.network.evaluate import verdict
from ..isolation.network.pod import Pod
from ..isolation.network.policy import Direction
from ..isolation.network.verdict import Outcome
from ..kube.resources import NETWORK_POLICY, POD
from .world import World

_OF_ONE_POD = frozenset(
    (
        "statefulset.kubernetes.io/pod-name",
        "apps.kubernetes.io/pod-index",
        "pod-template-hash",
        "controller-revision-hash",
    )
)
"""Labels that tell the pods of one workload apart. A policy that selects by one of them is judged by the workload's
first pod.
"""


@dataclass(frozen=True)
class Flow:
    """``source`` and ``destination`` are pods that stand for those with the same labels, as ``namespace/name``.

    ``ports`` are TCP ports that the destination declares.
    """

    source: str
    destination: str
    ports: tuple[int, ...]
    unknown: tuple[int, ...] = ()


@dataclass(frozen=True)
class Reach:
    """``open_to_all`` are pods that no policy restricts: everything may connect to them, which is not listed."""

    tenant: str
    flows: tuple[Flow, ...]
    open_to_all: tuple[str, ...]


def reachability(world: World) -> list[Reach]:
    """Into the workloads of each tenant: from its own, and from those of namespaces that its policies name. Empty where
    pods or policies could not be read.
    """
    if not world.snapshot.readable(POD, NETWORK_POLICY):
        return []
    groups = {namespace: _representatives(pods) for namespace, pods in world.pods.items()}
    reaches = []
    for tenant in world.tenants:
        flows: list[Flow] = []
        unrestricted = []
        for destination in groups.get(tenant.name, ()):
            restrictions = world.network.restrictions(destination.key, Direction.INGRESS)
            if not restrictions.certain and not restrictions.doubtful:
                unrestricted.append(f"{tenant.name}/{destination.key.name}")
                continue
            flows += [
                flow
                for source in _sources(world, tenant.name, destination, groups)
                if (flow := _flow(world, source, destination))
            ]
        reaches.append(Reach(tenant.name, tuple(flows), tuple(unrestricted)))
    return reaches


def _representatives(pods: Iterable[Pod]) -> list[Pod]:
    first: dict[frozenset[tuple[str, object]], Pod] = {}
    for pod in pods:
        if not pod.ended and not pod.host_network:
            first.setdefault(
                frozenset((key, value) for key, value in pod.labels.values.items() if key not in _OF_ONE_POD), pod
            )
    return list(first.values())


def _sources(world: World, tenant: str, destination: Pod, groups: Mapping[str, Sequence[Pod]]) -> Iterator[Pod]:
    """Those that a peer of a policy could mean; whether they are let in is asked afterwards."""
    yield from (pod for pod in groups.get(tenant, ()) if pod.key != destination.key)
    restrictions = world.network.restrictions(destination.key, Direction.INGRESS)
    rules = [
        rule
        for policy in (*restrictions.certain, *restrictions.doubtful)
        for rule in policy.rules.get(Direction.INGRESS, ())
    ]
    peers = [peer for rule in rules for peer in rule.peers]
    if restrictions.doubtful or any(not rule.peers for rule in rules) or any(peer.block is not None for peer in peers):
        yield from (pod for namespace, pods in groups.items() if namespace != tenant for pod in pods)
        return
    meant = [(peer, world.namespaces_of(peer.namespaces)) for peer in peers if peer.namespaces is not None]
    others = frozenset(name for _peer, names in meant for name in names if name != tenant)
    for namespace, pods in groups.items():
        if namespace in others:
            near = [peer for peer, names in meant if namespace in names]
            yield from (pod for pod in pods if any(peer.pods.matches(pod.labels) is not False for peer in near))


def _flow(world: World, source: Pod, destination: Pod) -> Flow | None:
    ports: dict[Outcome, list[int]] = {}
    for port in sorted(
        {
            number
            for (_name, protocol), numbers in destination.named_ports.items()
            if protocol == "TCP"
            for number in numbers
        }
    ):
        ports.setdefault(verdict(world.network, source.key, destination.key, port).outcome, []).append(port)
    allowed, unknown = (tuple(ports.get(outcome, ())) for outcome in (Outcome.ALLOWED, Outcome.UNKNOWN))
    names = [f"{pod.key.namespace}/{pod.key.name}" for pod in (source, destination)]
    return Flow(names[0], names[1], allowed, unknown) if allowed or unknown else None
