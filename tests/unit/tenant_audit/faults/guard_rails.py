# SPDX-License-Identifier: GPL-3.0-or-later
"""Changes of the platform's own objects: TA4xx."""

from __future__ import annotations

from ..cluster import OWN, Cluster, Obj, user
from .network import HTTP, policy
from .pod_security import PSA
from .table import fault


def rewrite(c: Cluster, plural: str, name: str, fields: Obj, manager: str = "kubectl-edit") -> None:
    """Changes managedFields as the API server does when another manager writes these fields: the platform's entry loses
    them.
    """
    entries = c.get(plural, name)["metadata"]["managedFields"]
    ours = next(entry for entry in entries if entry["manager"] == "ml_platform.seldon")
    _without(ours["fieldsV1"], fields)
    entries.append({"manager": manager, "operation": "Update", "time": "2026-11-27T05:00:00Z", "fieldsV1": fields})


def _without(fields: Obj, taken: Obj) -> None:
    for key, below in taken.items():
        if below and key in fields:
            _without(fields[key], below)
        else:
            fields.pop(key, None)


@fault("TA401", "the quota is gone", "TA411")
def _(c: Cluster) -> None:
    c.remove("resourcequotas", "tenant-quota")


@fault("TA401", "a Role is gone", "TA505")
def _(c: Cluster) -> None:
    c.remove("roles", "tenant-viewer")


@fault("TA402", "a Role was recreated")
def _(c: Cluster) -> None:
    rules = c.get("roles", "tenant-viewer")["rules"]
    c.remove("roles", "tenant-viewer")
    c.add("roles", "tenant-viewer", rules=rules)


@fault("TA403", "the quota was raised by hand")
def _(c: Cluster) -> None:
    quota = c.get("resourcequotas", "tenant-quota")
    for part in ("spec", "status"):
        quota[part]["hard"]["requests.cpu"] = "200"
    rewrite(c, "resourcequotas", "tenant-quota", {"f:spec": {"f:hard": {"f:requests.cpu": {}}}})


@fault("TA403", "a policy was edited", "TA204")
def _(c: Cluster) -> None:
    c.get("networkpolicies", "tenant-clients")["spec"]["ingress"] = [{}]
    rewrite(c, "networkpolicies", "tenant-clients", {"f:spec": {"f:ingress": {}}})


@fault("TA403", "somebody was added to a binding", "TA106")
def _(c: Cluster) -> None:
    c.get("rolebindings", "tenant-deployer")["subjects"] = [user("mallory")]
    rewrite(c, "rolebindings", "tenant-deployer", {"f:subjects": {}})


@fault("TA403", "the level was lowered by hand", "TA301")
def _(c: Cluster) -> None:
    c.get("namespaces", OWN)["metadata"]["labels"][f"{PSA}enforce"] = "privileged"
    rewrite(c, "namespaces", OWN, {"f:metadata": {"f:labels": {f"f:{PSA}enforce": {}}}})


@fault("TA404", "the rules of a Role were removed")
def _(c: Cluster) -> None:
    role = c.get("roles", "tenant-viewer")
    del role["rules"]
    _without(role["metadata"]["managedFields"][0]["fieldsV1"], {"f:rules": {}})


@fault("TA405", "one more policy")
def _(c: Cluster) -> None:
    policy(
        c,
        "own",
        policyTypes=["Ingress"],
        ingress=[{"from": [{"podSelector": {"matchLabels": {"app": "own"}}}], "ports": HTTP}],
    )


@fault("TA406", "a Role of nobody's")
def _(c: Cluster) -> None:
    c.role("own", ("", "configmaps", "get"))


@fault("TA407", "one more LimitRange")
def _(c: Cluster) -> None:
    c.add("limitranges", "own", spec={"limits": [{"type": "Container", "max": {"cpu": "8"}}]})


@fault("TA408", "the record is gone")
def _(c: Cluster) -> None:
    c.inventories[:] = [obj for obj in c.inventories if obj["metadata"]["name"] != f"applyset-{OWN}"]


@fault("TA409", "the label is gone")
def _(c: Cluster) -> None:
    c.get("namespaces", OWN)["metadata"]["labels"].pop("ml-platform.seldon/tenant")


@fault("TA410", "the record is broken")
def _(c: Cluster) -> None:
    record = next(obj for obj in c.inventories if obj["metadata"]["name"] == f"applyset-{OWN}")
    record["data"]["objects"] += "]"


@fault("TA411", "no quota at all", "TA401")
def _(c: Cluster) -> None:
    c.remove("resourcequotas", "tenant-quota")


@fault("TA412", "no LimitRange at all", "TA401", "TA703")
def _(c: Cluster) -> None:
    c.remove("limitranges", "tenant-limits")


@fault("TA413", "the set's label is gone")
def _(c: Cluster) -> None:
    c.get("networkpolicies", "tenant-dns")["metadata"]["labels"].pop("applyset.kubernetes.io/part-of")
