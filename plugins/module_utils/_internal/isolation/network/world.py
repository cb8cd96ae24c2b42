# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Namespaces, pods and policies, read once and indexed, for any number of questions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from ...kube.objects import mapping, name_of
from ...kube.selector import Labels, read_labels
from ...kube.types import KubeObject
from .address import Address
from .pod import Pod, PodKey, read_pod
from .policy import Direction, Policy, read_policy

NAMESPACE_NAME = "kubernetes.io/metadata.name"
"""The label that the API server puts on every namespace, and that nobody can change."""


@dataclass(frozen=True)
class Restrictions:
    """The policies that restrict a pod in one direction, and those of which that cannot be told."""

    certain: tuple[Policy, ...] = ()
    doubtful: tuple[Policy, ...] = ()


class Network:
    """Plain objects as the API server returns them, or as they are planned; of any shape.

    ``faults`` are the policies that cannot be read: what they may decide is unknown.
    """

    def __init__(
        self, namespaces: Iterable[KubeObject], pods: Iterable[KubeObject], policies: Iterable[KubeObject]
    ) -> None:
        self._labels = {
            name_of(namespace): _namespace_labels(namespace) for namespace in namespaces if isinstance(namespace, dict)
        }
        self.pods: dict[PodKey, Pod] = {pod.key: pod for pod in map(read_pod, pods) if pod is not None}
        self._by_namespace: dict[str, list[Policy]] = defaultdict(list)
        for policy in map(read_policy, policies):
            self._by_namespace[policy.namespace].append(policy)
        self.faults = [policy for listed in self._by_namespace.values() for policy in listed if policy.fault]
        self._by_address: dict[Address, list[Pod]] = defaultdict(list)
        self._restrictions: dict[tuple[PodKey, Direction], Restrictions] = {}
        for pod in self.pods.values():
            if pod.ended or pod.host_network:
                continue
            for address in pod.addresses:
                self._by_address[address].append(pod)
            for direction in Direction:
                self._restrictions[pod.key, direction] = self._restrictions_of(pod, direction)

    def restrictions(self, pod: PodKey, direction: Direction) -> Restrictions:
        """Of a pod that is subject to policies; none for any other."""
        return self._restrictions.get((pod, direction), Restrictions())

    def at(self, address: Address) -> list[Pod]:
        """The pods with an address of their own that have this one."""
        return self._by_address.get(address, [])

    def labels_of(self, namespace: str) -> Labels:
        """Of a namespace that was not given only the name is known."""
        return self._labels.get(namespace) or Labels({NAMESPACE_NAME: namespace}, complete=False)

    def _restrictions_of(self, pod: Pod, direction: Direction) -> Restrictions:
        certain: list[Policy] = []
        doubtful = list(self._by_namespace.get("", ()))
        for policy in self._by_namespace.get(pod.key.namespace, ()):
            selected = policy.pods.matches(pod.labels) if policy.pods is not None else None
            if selected is False or not (policy.fault or direction in policy.rules):
                continue
            (certain if selected and not policy.fault else doubtful).append(policy)
        return Restrictions(tuple(certain), tuple(doubtful))


def _namespace_labels(namespace: KubeObject) -> Labels:
    labels = read_labels(mapping(namespace.get("metadata")).get("labels"))
    return replace(labels, values={**labels.values, NAMESPACE_NAME: name_of(namespace)})
