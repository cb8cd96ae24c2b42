# SPDX-License-Identifier: GPL-3.0-or-later
"""The command lines of etcd, kube-apiserver, kube-controller-manager and kube-scheduler.

Kubernetes' defaults wherever there is one, so that results here are those of production. The exceptions are the
addresses (loopback), leader election (there is one of each) and etcd's fsync (the data is thrown away).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .layout import Layout
from .pki import Authority, client_user, write_kubeconfig

LOOPBACK = "127.0.0.1"
SERVICE_RANGE = "10.96.0.0/16"
_ISSUER = "https://kubernetes.default.svc.cluster.local"
_HOSTS = (
    "kubernetes",
    "kubernetes.default",
    "kubernetes.default.svc",
    "kubernetes.default.svc.cluster.local",
    "localhost",
    LOOPBACK,
    "10.96.0.1",
)


@dataclass(frozen=True)
class Ports:
    """Loopback TCP ports."""

    etcd: int
    etcd_peer: int
    apiserver: int
    controller_manager: int
    scheduler: int
    kwok: int


@dataclass(frozen=True)
class Credentials:
    """Paths of the files that `prepare` writes."""

    authority: Authority
    apiserver_flags: Mapping[str, str]
    controller_manager: Path
    scheduler: Path
    signing_key: Path


def server_url(ports: Ports) -> str:
    return f"https://{LOOPBACK}:{ports.apiserver}"


def prepare(layout: Layout, ports: Ports) -> Credentials:
    """Writes certificates, the kubeconfigs and the audit policy."""
    authority = Authority(layout.pki)
    serving = authority.server("apiserver", _HOSTS)
    tokens = authority.signing_key("service-account")
    url = server_url(ports)

    def kubeconfig(path: Path, user: str, group: str | None = None) -> Path:
        return write_kubeconfig(path, url, authority.pair.certificate, client_user(authority.client(user, group)))

    kubeconfig(layout.kubeconfig, "lab-admin", "system:masters")
    # The lab's own programs have a user of their own, so that a count of requests can leave them out.
    kubeconfig(layout.config / "node.kubeconfig", "lab-node", "system:masters")
    kubeconfig(layout.config / "kwok.kubeconfig", "lab-kwok", "system:masters")
    policy = {
        "apiVersion": "audit.k8s.io/v1",
        "kind": "Policy",
        "omitStages": ["RequestReceived"],
        "rules": [{"level": "Metadata"}],
    }
    audit_policy = layout.config / "audit-policy.json"
    audit_policy.write_text(json.dumps(policy))
    return Credentials(
        authority,
        {
            "client-ca-file": str(authority.pair.certificate),
            "tls-cert-file": str(serving.certificate),
            "tls-private-key-file": str(serving.key),
            "service-account-key-file": str(tokens.certificate),
            "service-account-signing-key-file": str(tokens.key),
            "audit-policy-file": str(audit_policy),
        },
        kubeconfig(layout.config / "controller-manager.kubeconfig", "system:kube-controller-manager"),
        kubeconfig(layout.config / "scheduler.kubeconfig", "system:kube-scheduler"),
        tokens.key,
    )


def commands(layout: Layout, ports: Ports, credentials: Credentials) -> dict[str, list[str]]:
    """Name -> command line, in the order in which they are started."""
    ca = credentials.authority.pair
    etcd, peer = f"http://{LOOPBACK}:{ports.etcd}", f"http://{LOOPBACK}:{ports.etcd_peer}"
    flags: dict[str, dict[str, str]] = {
        "etcd": {
            "name": "lab",
            "data-dir": str(layout.data / "etcd"),
            "listen-client-urls": etcd,
            "advertise-client-urls": etcd,
            "listen-peer-urls": peer,
            "initial-advertise-peer-urls": peer,
            "initial-cluster": f"lab={peer}",
            "unsafe-no-fsync": "true",
            "log-level": "warn",
        },
        "kube-apiserver": {
            "etcd-servers": etcd,
            "bind-address": LOOPBACK,
            "secure-port": str(ports.apiserver),
            "advertise-address": LOOPBACK,
            # The Service `kubernetes` gets no endpoints: the apiserver refuses a loopback address.
            "endpoint-reconciler-type": "none",
            "authorization-mode": "RBAC",
            "allow-privileged": "true",
            "service-cluster-ip-range": SERVICE_RANGE,
            "service-account-issuer": _ISSUER,
            "audit-log-path": str(layout.audit_log),
            "audit-log-format": "json",
            "audit-log-maxsize": "100000",  # MB: never rotated, so that an offset into it stays valid
            **credentials.apiserver_flags,
        },
        "kube-controller-manager": {
            "kubeconfig": str(credentials.controller_manager),
            "authentication-kubeconfig": str(credentials.controller_manager),
            "authorization-kubeconfig": str(credentials.controller_manager),
            "bind-address": LOOPBACK,
            "secure-port": str(ports.controller_manager),
            "cert-dir": str(layout.pki / "controller-manager"),
            "leader-elect": "false",
            "use-service-account-credentials": "true",
            "service-account-private-key-file": str(credentials.signing_key),
            "root-ca-file": str(ca.certificate),
            "client-ca-file": str(ca.certificate),
            "cluster-signing-cert-file": str(ca.certificate),
            "cluster-signing-key-file": str(ca.key),
        },
        "kube-scheduler": {
            "kubeconfig": str(credentials.scheduler),
            "authentication-kubeconfig": str(credentials.scheduler),
            "authorization-kubeconfig": str(credentials.scheduler),
            "bind-address": LOOPBACK,
            "secure-port": str(ports.scheduler),
            "cert-dir": str(layout.pki / "scheduler"),
            "client-ca-file": str(ca.certificate),
            "leader-elect": "false",
        },
    }
    return {
        name: [str(layout.bin / name), *(f"--{flag}={value}" for flag, value in own.items())]
        for name, own in flags.items()
    }
