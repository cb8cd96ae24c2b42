# SPDX-License-Identifier: GPL-3.0-or-later
"""Existing objects of the tenant's namespace: ours, those of others, and ours with changes by others."""

from __future__ import annotations

import copy
from typing import Any

from .dice import Dice
from .draft import Draft
from .platform import NAMESPACE
from .random_platform import set_variable
from .random_seldon import seldon
from .random_workloads import obj
from .world import KubeObject

OURS = "ml_platform.seldon"
TENANT = "ml-platform.seldon/tenant"
_FIELDS = {
    "f:spec": {
        "f:podSpec": {"f:containers": {'k:{"name":"agent"}': {".": {}, "f:image": {}}}, "f:serviceAccountName": {}}
    }
}
_OTHER_FIELDS = {
    "f:spec": {"f:podSpec": {"f:containers": {'k:{"name":"mlserver"}': {".": {}, "f:image": {}}}}, "f:replicas": {}}
}

_SCOPES: tuple[KubeObject, ...] = (
    {"scopes": ["NotTerminating"]},
    {"scopes": ["BestEffort"]},
    {
        "scopeSelector": {
            "matchExpressions": [{"scopeName": "PriorityClass", "operator": "In", "values": ["gold", "batch"]}]
        }
    },
)


def add_live(dice: Dice, draft: Draft) -> None:
    """Adds a namespace that an earlier run has created, possibly interrupted."""
    draft.live.append(managed(obj("v1", "Namespace", draft.tenant), OURS))
    draft.live[-1]["metadata"]["labels"] = {TENANT: draft.tenant, "kubernetes.io/metadata.name": draft.tenant}
    for found in draft.of("Server", "ServerConfig", "Model", "Pipeline", "Deployment", "PersistentVolumeClaim"):
        if dice.often(0.7):
            draft.live.append(_managed_somehow(dice, _in_namespace(found, draft.tenant)))
    draft.live += [_in_namespace(extra, draft.tenant) for extra in _extras(dice, draft)]
    draft.live += [_in_namespace(rail, draft.tenant) for rail in _guard_rails(dice)]
    draft.live += [_in_namespace(used, draft.tenant) for used in _in_use(dice, draft)]
    if dice.often(0.8):
        draft.live.append(_operator(draft))


def managed(live: KubeObject, *managers: str, fields: Any = None) -> KubeObject:
    """A copy whose fields the managers hold; ours by Apply, any other by Update."""
    entries = [
        {
            "manager": manager,
            "operation": "Apply" if manager == OURS else "Update",
            "apiVersion": live["apiVersion"],
            "fieldsType": "FieldsV1",
            "fieldsV1": fields or (_FIELDS if manager == OURS else _OTHER_FIELDS),
        }
        for manager in managers
    ]
    return {**copy.deepcopy(live), "metadata": {**live["metadata"], "managedFields": entries}}


def _managed_somehow(dice: Dice, live: KubeObject) -> KubeObject:
    return managed(
        live,
        *dice.choose(
            (OURS,),
            (OURS,),
            ("kubectl-client-side-apply",),
            (OURS, "kubectl-edit"),
            (OURS, "manager"),
            ("argocd-controller", OURS),
        ),
    )


def _in_namespace(found: KubeObject, namespace: str) -> KubeObject:
    return {**found, "metadata": {**found["metadata"], "namespace": namespace}}


def _extras(dice: Dice, draft: Draft) -> list[KubeObject]:
    """Objects that no manifest names."""
    config = next(copy.deepcopy(found) for found in draft.platform if found["kind"] == "ServerConfig")
    del config["metadata"]["namespace"]
    seldon_config = copy.deepcopy(
        next(
            (found for found in draft.platform if found["kind"] == "SeldonConfig"),
            seldon("SeldonConfig", "default", {}),
        )
    )
    conditions = [
        {"type": "StatefulSetReady", "status": "False"},
        {"type": "StatefulSetOrDeploymentReady", "status": "True"},
    ]
    stale = {
        **seldon("Server", "old-server", {"serverConfig": "mlserver", "replicas": 1}),
        "status": {"conditions": conditions},
    }
    every = [
        _managed_somehow(dice, config),
        _managed_somehow(dice, {**config, "metadata": {"name": "left-over"}}),
        _managed_somehow(dice, stale),
        managed(seldon("Server", "by-hand", {"serverConfig": "mlserver", "replicas": 2}), "kubectl-client-side-apply"),
        managed(
            seldon("Model", "by-hand", {"storageUri": "gs://models/x", "requirements": ["sklearn"]}),
            "kubectl-client-side-apply",
        ),
        managed(seldon("Pipeline", "by-hand", {"steps": [{"name": "by-hand"}]}), "kubectl-client-side-apply"),
        _managed_somehow(dice, seldon_config),
        managed(
            seldon(
                "SeldonRuntime",
                "seldon",
                {"seldonConfig": "default", "overrides": [{"name": "hodometer", "replicas": 0}]},
            ),
            OURS,
        ),
        _managed_somehow(dice, obj("v1", "Secret", "seldon-rclone-gs-public", data={"gs": "e30="})),
        managed(
            obj("v1", "ServiceAccount", "default", imagePullSecrets=[{"name": "pull"}]),
            dice.choose(OURS, "terraform"),
            fields={"f:imagePullSecrets": {}},
        ),
        obj("v1", "Secret", "seldon-controlplane-client"),
    ]
    return dice.several(every, 8)


def _guard_rails(dice: Dice) -> list[KubeObject]:
    """Guard-rails of an earlier run, with other content."""
    hard = {"requests.cpu": "20", "requests.memory": "40Gi", "limits.cpu": "40", "pods": "80"}
    used = {"requests.cpu": dice.choose("0", "4500m"), "requests.memory": "6Gi", "limits.cpu": "9", "pods": "7"}
    item = {
        "type": "Container",
        "default": {"cpu": "1", "memory": "1Gi"},
        "defaultRequest": {"cpu": "100m", "memory": "128Mi"},
    }
    models = {"count/models.mlops.seldon.io": "40"}
    egress = [{"ports": [{"port": 53, "protocol": "UDP"}], "to": [{"namespaceSelector": {}}]}]
    every = [
        managed(
            obj("v1", "ResourceQuota", "tenant-quota", spec={"hard": hard}, status={"hard": hard, "used": used}), OURS
        ),
        obj(
            "v1",
            "ResourceQuota",
            "old",
            spec={"hard": models},
            status={"hard": models, "used": {"count/models.mlops.seldon.io": "3"} if dice.often(0.7) else {}},
        ),
        obj(
            "v1",
            "ResourceQuota",
            "scoped",
            spec={"hard": {"pods": "9"}, **dice.choose(*_SCOPES)},
            status={"hard": {"pods": "9"}, "used": {"pods": "1"}},
        ),
        managed(obj("v1", "LimitRange", "tenant-limits", spec={"limits": [item]}), OURS),
        obj(
            "v1",
            "LimitRange",
            "claims",
            spec={"limits": [{"type": "PersistentVolumeClaim", "max": {"storage": "50Gi"}}]},
        ),
        managed(_policy("tenant-default-deny", {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}), OURS),
        managed(_policy("tenant-dns", {"podSelector": {}, "policyTypes": ["Egress"], "egress": egress}), OURS),
        managed(_policy("tenant-egress", {"podSelector": {}, "policyTypes": ["Egress"], "egress": []}), OURS),
    ]
    return dice.several(every, 8, 2)


def _policy(name: str, spec: KubeObject) -> KubeObject:
    return obj("networking.k8s.io/v1", "NetworkPolicy", name, spec=spec)


def _in_use(dice: Dice, draft: Draft) -> list[KubeObject]:
    """Workloads of the operator, and pods and claims that quotas count."""
    found = []
    for server in [*draft.of("Server")][:2]:
        name = server["metadata"]["name"]
        labels = {"seldon-server-name": name, "app.kubernetes.io/name": "seldon-server"}
        container = {
            "name": "mlserver",
            "image": "docker.io/seldonio/mlserver:1.7.1",
            "resources": {"requests": {"cpu": "1", "memory": "1Gi"}, "limits": {"cpu": "2"}},
        }
        template = {"metadata": {"labels": labels}, "spec": {"containers": [container]}}
        spec = {"replicas": 1, "serviceName": name, "selector": {"matchLabels": labels}, "template": template}
        claims = _claims(draft, server["spec"].get("serverConfig"))
        spec |= {"volumeClaimTemplates": claims} if claims else {}
        owner = {
            "apiVersion": "mlops.seldon.io/v1alpha1",
            "kind": "Server",
            "name": name,
            "uid": f"uid-{name}",
            "controller": True,
        }
        stateful_set = obj("apps/v1", "StatefulSet", name, spec=spec, status={"replicas": 1, "readyReplicas": 1})
        stateful_set["metadata"] |= {"labels": labels, "ownerReferences": [owner]}
        pod = obj(
            "v1",
            "Pod",
            f"{name}-0",
            spec=template["spec"],
            status={"phase": dice.choose("Running", "Pending", "Succeeded")},
        )
        pod["metadata"]["labels"] = labels
        claim = obj(
            "v1",
            "PersistentVolumeClaim",
            f"{name}-models-{name}-0",
            spec={"resources": {"requests": {"storage": "1Gi"}}, "storageClassName": "fast"},
        )
        found += dice.several([stateful_set, pod, claim], 3)
    mesh = obj(
        "v1",
        "Service",
        "seldon-mesh",
        spec={
            "type": dice.choose("ClusterIP", "LoadBalancer"),
            "ports": [{"port": 80, "nodePort": 30080}, {"port": 9003}],
        },
    )
    made = [
        obj("v1", "ConfigMap", "seldon-agent"),
        obj("v1", "ConfigMap", "seldon-tracing"),
        obj("v1", "ServiceAccount", "seldon-server"),
        obj("v1", "Service", "seldon-scheduler", spec={"ports": [{"port": 9002}]}),
    ]
    return [*found, *dice.several([mesh], 1), *(made if dice.often(0.7) else dice.several(made, 2))]


def _operator(draft: Draft) -> KubeObject:
    """The tenant's operator in the form of an earlier release of the collection."""
    operator = copy.deepcopy(draft.central())
    name = f"seldon-v2-controller-manager-{draft.tenant}"
    operator["metadata"] = {"name": name, "namespace": NAMESPACE, "labels": {TENANT: draft.tenant}, "generation": 3}
    operator["spec"]["template"]["spec"]["containers"][0]["args"] = [
        f"--namespace={draft.tenant}",
        "--clusterwide=false",
        "--watch-namespaces=",
    ]
    set_variable(operator, "POD_NAMESPACE", draft.tenant)
    return managed(operator, OURS)


def _claims(draft: Draft, config: object) -> list[KubeObject]:
    """The claims of the StatefulSet of a Server with this ServerConfig."""
    platform = [obj for obj in draft.platform if obj["kind"] == "ServerConfig"]
    configs = {obj["metadata"]["name"]: obj for obj in (*platform, *draft.of("ServerConfig"))}
    spec = configs.get(config if isinstance(config, str) else "", {}).get("spec") or {}
    templates = spec.get("volumeClaimTemplates") or []
    return [{"metadata": {"name": claim["name"]}, "spec": claim["spec"]} for claim in templates]
