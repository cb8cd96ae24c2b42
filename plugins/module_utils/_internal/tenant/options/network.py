# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the platform team may decide about a tenant's network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Peer:
    """Pods with all of ``pod_labels`` in ``namespace``, or the addresses of ``cidr`` without those of ``excepted``."""

    namespace: str = ""
    pod_labels: Mapping[str, str] = field(default_factory=dict)
    cidr: str = ""
    excepted: tuple[str, ...] = ()


@dataclass(frozen=True)
class Destination:
    """One port of a peer. It is the port of the pods, which may be another than their Service's."""

    peer: Peer
    port: int
    protocol: str = "TCP"


DNS = Destination(Peer("kube-system", {"k8s-app": "kube-dns"}), 53)
PROMETHEUS = Peer("monitoring", {"app.kubernetes.io/name": "prometheus"})


@dataclass(frozen=True)
class NetworkOptions:
    """``policies`` False: no network policy at all. ``egress`` and ``ingress`` are what the tenant needs besides
    Seldon's own flows.

    ``dns`` is reached by UDP and TCP. ``apiserver_cidrs`` take the place of the endpoints that the cluster tells.
    ``kafka`` and ``tracing`` take the place of what the SeldonConfig names.
    """

    policies: bool = True
    egress: tuple[Destination, ...] = ()
    ingress: tuple[Peer, ...] = ()
    dns: tuple[Destination, ...] = (DNS,)
    apiserver_cidrs: tuple[str, ...] = ()
    monitoring: tuple[Peer, ...] = (PROMETHEUS,)
    kafka: tuple[Destination, ...] = ()
    schema_registry: tuple[Destination, ...] = ()
    tracing: tuple[Destination, ...] = ()
