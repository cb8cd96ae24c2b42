# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The two ends of a connection."""

from __future__ import annotations

from dataclasses import dataclass

from .address import Address
from .pod import Pod


@dataclass(frozen=True)
class End:
    """``pod`` is None for an address outside and for a pod in the network of its node, which ``node`` names.

    ``address`` is None for a pod that has none yet.
    """

    title: str
    pod: Pod | None = None
    address: Address | None = None
    node: str = ""


def ends_of(pod: Pod) -> list[End]:
    """One for each of its addresses."""
    subject, node = (None, pod.node) if pod.host_network else (pod, "")
    return [End(str(pod.key), subject, address, node) for address in pod.addresses or (None,)]


def is_own_node(end: End, pod: Pod) -> bool:
    """Whether the end is the node that the pod runs on, with which a pod may always talk."""
    if end.pod is not None:
        return False
    return (end.node != "" and end.node == pod.node) or end.address in pod.node_addresses


def meet(source: End, destination: End) -> bool:
    """Whether both addresses are of one IP version, as far as they are known."""
    if source.address is None or destination.address is None:
        return True
    return source.address.version == destination.address.version
