# SPDX-License-Identifier: GPL-3.0-or-later
"""Security of pods: TA3xx."""

from __future__ import annotations

from ..cluster import OWN, Cluster
from .network import pod
from .table import FAULTS, Fault, fault

PSA = "pod-security.kubernetes.io/"


def relabel(rule: str, what: str, *also: str, **labels: str | None) -> None:
    """Sets Pod Security labels of the namespace, by mode; None removes one."""

    def seed(c: Cluster) -> None:
        for mode, value in labels.items():
            key = PSA + mode.replace("_", "-")
            c.get("namespaces", OWN)["metadata"]["labels"].pop(key)
            if value is not None:
                c.get("namespaces", OWN)["metadata"]["labels"][key] = value

    FAULTS.append(Fault(rule, what, seed, also))


relabel("TA301", "nothing is enforced", enforce=None)
relabel("TA301", "privileged is enforced", enforce="privileged")
relabel("TA302", "the newest release's rules", enforce_version="latest")
relabel("TA303", "nothing warns", warn=None)
relabel("TA304", "a level above what runs", "TA305", enforce="restricted")


@fault("TA304", "a privileged pod")
def _(c: Cluster) -> None:
    pod(c)["spec"]["containers"][0]["securityContext"] = {"privileged": True}


@fault("TA305", "a template that is refused")
def _(c: Cluster) -> None:
    template = {"spec": {"hostPID": True, "containers": [{"name": "one"}]}}
    c.add("deployments", "own", spec={"replicas": 0, "template": template})


@fault("TA306", "tokens for pods by default", "TA403")
def _(c: Cluster) -> None:
    c.get("serviceaccounts", "default")["automountServiceAccountToken"] = True


@fault("TA307", "a system's priority")
def _(c: Cluster) -> None:
    pod(c, priorityClassName="system-cluster-critical")
