# SPDX-License-Identifier: GPL-3.0-or-later
"""Allowed connections: TA2xx."""

from __future__ import annotations

from ..cluster import OTHER, OWN, PLATFORM, Cluster, Obj
from .table import FAULTS, Fault, fault

NAME = "kubernetes.io/metadata.name"


@fault("TA201", "no default deny", "TA401", "TA202")
def _(c: Cluster) -> None:
    c.remove("networkpolicies", "tenant-default-deny")


def policy(c: Cluster, name: str, **spec: object) -> None:
    c.add("networkpolicies", name, spec={"podSelector": {}, **spec})


def ingress(rule: str, what: str, entry: Obj, *also: str, selects: Obj | None = None) -> None:
    """One more policy with one ingress rule."""
    FAULTS.append(
        Fault(
            rule,
            what,
            lambda c: policy(c, "extra", podSelector=selects or {}, policyTypes=["Ingress"], ingress=[entry]),
            ("TA405", *also),
        )
    )


def egress(rule: str, what: str, entry: Obj, *also: str) -> None:
    """One more policy with one egress rule."""
    FAULTS.append(
        Fault(rule, what, lambda c: policy(c, "extra", policyTypes=["Egress"], egress=[entry]), ("TA405", *also))
    )


def in_namespace(name: str, **labels: str) -> Obj:
    peer: Obj = {"namespaceSelector": {"matchLabels": {NAME: name}}}
    return {**peer, "podSelector": {"matchLabels": labels}} if labels else peer


SERVERS = {"matchLabels": {"app.kubernetes.io/name": "seldon-server"}}
SCHEDULER = {"matchLabels": {"app.kubernetes.io/name": "seldon-scheduler"}}
HTTP = [{"port": 8080}]


@fault("TA202", "pods that nothing restricts", "TA201", "TA401")
def _(c: Cluster) -> None:
    for obj in [
        obj
        for obj in c.objects[next(r for r in c.objects if r.plural == "networkpolicies")]
        if obj["metadata"]["namespace"] == OWN
    ]:
        c.remove("networkpolicies", obj["metadata"]["name"])


ingress("TA203", "another tenant is let in", {"from": [in_namespace(OTHER)], "ports": HTTP})
ingress("TA204", "everybody is let in", {"ports": HTTP})
ingress("TA204", "every namespace is let in", {"from": [{"namespaceSelector": {}}], "ports": HTTP})
ingress("TA204", "every address is let in", {"from": [{"ipBlock": {"cidr": "0.0.0.0/0"}}], "ports": HTTP})
ingress(
    "TA205",
    "the platform's pods reach the scheduler",
    {"from": [in_namespace(PLATFORM)], "ports": [{"port": 9004}]},
    selects=SCHEDULER,
)
ingress(
    "TA206",
    "rclone is open inside the tenant",
    {"from": [{"podSelector": {}}], "ports": [{"port": 5572}]},
    selects=SERVERS,
)
ingress(
    "TA207",
    "a label that anybody can set",
    {"from": [{"namespaceSelector": {"matchLabels": {"name": "ingress-nginx"}}}], "ports": HTTP},
)
ingress(
    "TA208",
    "every port for the monitoring",
    {"from": [in_namespace("monitoring", app="prometheus")]},
    selects={"matchLabels": {"app": "own"}},
)
egress("TA209", "the metadata address", {"to": [{"ipBlock": {"cidr": "169.254.0.0/16"}}], "ports": [{"port": 80}]})
egress(
    "TA209",
    "Alibaba Cloud's metadata address",
    {"to": [{"ipBlock": {"cidr": "100.64.0.0/10"}}], "ports": [{"port": 80}]},
)
egress("TA209", "the channel to Azure's host", {"to": [{"ipBlock": {"cidr": "168.63.129.16/32"}}]})
egress("TA210", "DNS to anywhere", {"ports": [{"port": 53, "protocol": "UDP"}]})
egress("TA211", "out to another tenant", {"to": [in_namespace(OTHER)], "ports": HTTP})


@fault("TA212", "a NodePort")
def _(c: Cluster) -> None:
    c.add("services", "own", spec={"type": "NodePort", "selector": {"app": "own"}})


@fault("TA213", "the scheduler is published")
def _(c: Cluster) -> None:
    c.get("services", "seldon-scheduler")["spec"]["type"] = "LoadBalancer"


@fault("TA214", "a Service takes an address")
def _(c: Cluster) -> None:
    c.add("services", "own", spec={"type": "ClusterIP", "externalIPs": ["1.1.1.1"]})


def pod(c: Cluster, **spec: object) -> Obj:
    container = {"name": "one", "image": "registry.example/one:1"}
    return c.add(
        "pods",
        "own",
        spec={"containers": [container], **spec},
        status={"phase": "Running", "podIP": "10.1.2.3"},
        metadata={"labels": {"app": "own"}},
    )


def over_ipv6(what: str, block: str) -> None:
    """One more pod with an address of each version, and a policy that lets out to the block."""

    def seed(c: Cluster) -> None:
        pod(c)["status"]["podIPs"] = [{"ip": "10.1.2.3"}, {"ip": "fd00:10::3"}]
        policy(c, "extra", policyTypes=["Egress"], egress=[{"to": [{"ipBlock": {"cidr": block}}]}])

    FAULTS.append(Fault("TA209", what, seed, ("TA405",)))


over_ipv6("AWS's metadata address of IPv6", "fd00:ec2::/32")
over_ipv6("Google Cloud's metadata address of IPv6", "fd20:ce::254/128")


@fault("TA215", "a pod in its node's network", "TA304")
def _(c: Cluster) -> None:
    pod(c, hostNetwork=True)


@fault("TA216", "a policy that cannot be read", "TA405")
def _(c: Cluster) -> None:
    policy(c, "odd", policyTypes=["Sideways"])
