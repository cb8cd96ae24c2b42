# SPDX-License-Identifier: GPL-3.0-or-later
"""Hypothesis strategies for objects as users write them: optional fields, omitted defaults, unusual quantities."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

Object = dict[str, Any]
NAMES = st.sampled_from(["a", "b", "c", "agent", "mlserver"])
TEXTS = st.sampled_from(["", "x", "1", "true", "a: b", "ü", "line\nline\n"])
LABEL_VALUES = st.sampled_from(["", "x", "1", "v1.0"])
QUANTITIES = st.sampled_from(["1", "0.5", "500m", "1000m", "1e3", "0.25", "2000m"])
MEMORY = st.sampled_from(["1Gi", "1024Mi", "1073741824", "0.5Gi", "1G", "1e9"])
PORTS = st.integers(1, 9)


def fields(
    required: dict[str, st.SearchStrategy[Any]], **optional: st.SearchStrategy[Any]
) -> st.SearchStrategy[Object]:
    """A mapping with the required fields and some of the optional ones."""
    return st.fixed_dictionaries(required, optional=optional)


def _object(api_version: str, kind: str, body: st.SearchStrategy[Object]) -> st.SearchStrategy[Object]:
    metadata = fields(
        {"name": st.just("shape")},
        labels=st.dictionaries(NAMES, LABEL_VALUES, max_size=3),
        annotations=st.dictionaries(NAMES, TEXTS, max_size=3),
    )
    return st.builds(lambda m, b: {"apiVersion": api_version, "kind": kind, "metadata": m, **b}, metadata, body)


def _unique(items: st.SearchStrategy[Any], key: Callable[[Any], Any], **sizes: int) -> st.SearchStrategy[list[Any]]:
    return st.lists(items, unique_by=key, **sizes)


_selector = fields(
    {},
    matchLabels=st.dictionaries(NAMES, LABEL_VALUES, max_size=2),
    matchExpressions=st.lists(
        st.builds(
            lambda k, v: {"key": k, "operator": "In", "values": v}, NAMES, st.lists(NAMES, min_size=1, max_size=2)
        ),
        max_size=2,
    ),
)
_peer = st.one_of(
    fields({"namespaceSelector": _selector}, podSelector=_selector),
    fields({"podSelector": _selector}),
    st.just({"ipBlock": {"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16"]}}),
)
_policy_port = fields({"port": st.one_of(PORTS, NAMES)}, protocol=st.sampled_from(["TCP", "UDP"]))
network_policies = _object(
    "networking.k8s.io/v1",
    "NetworkPolicy",
    st.builds(
        lambda spec: {"spec": spec},
        fields(
            {"podSelector": _selector},
            policyTypes=st.lists(st.sampled_from(["Ingress", "Egress"]), unique=True, min_size=1),
            ingress=st.lists(
                fields({}, ports=st.lists(_policy_port, max_size=2))
                | st.builds(lambda p: {"from": p}, st.lists(_peer, max_size=2)),
                max_size=2,
            ),
            egress=st.lists(
                fields({}, to=st.lists(_peer, max_size=2), ports=st.lists(_policy_port, max_size=2)), max_size=2
            ),
        ),
    ),
)

config_maps = _object(
    "v1",
    "ConfigMap",
    fields(
        {},
        data=st.dictionaries(NAMES, TEXTS, max_size=4),
        binaryData=st.dictionaries(st.sampled_from(["p", "q"]), st.sampled_from(["AA==", "AQI="]), max_size=2),
    ),
)
secrets = _object(
    "v1",
    "Secret",
    fields(
        {},
        data=st.dictionaries(NAMES, st.sampled_from(["AA==", "AQI=", ""]), max_size=3),
        stringData=st.dictionaries(NAMES, TEXTS, max_size=3),
    ),
)

_service_port = fields({"port": PORTS}, targetPort=st.one_of(PORTS, NAMES), protocol=st.sampled_from(["TCP", "UDP"]))
services = _object(
    "v1",
    "Service",
    st.builds(
        lambda ports, rest: {"spec": {"ports": [{"name": f"p{n}", **port} for n, port in enumerate(ports)], **rest}},
        _unique(_service_port, lambda p: (p["port"], p.get("protocol", "TCP")), min_size=1, max_size=3),
        fields(
            {"selector": st.dictionaries(NAMES, LABEL_VALUES, max_size=2)},
            sessionAffinity=st.sampled_from(["None", "ClientIP"]),
            clusterIP=st.just("None"),
        ),
    ),
)

_resources = fields(
    {},
    requests=fields({}, cpu=QUANTITIES, memory=MEMORY),
    limits=fields({}, cpu=st.sampled_from(["2", "2000m", "4"]), memory=st.sampled_from(["2Gi", "2048Mi", "4Gi"])),
)
_env = fields({"name": NAMES}, value=TEXTS) | st.just(
    {"name": "IP", "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}}
)
_container = fields(
    {"image": st.sampled_from(["busybox", "busybox:1", "r.example.com/x@sha256:" + "0" * 64])},
    env=_unique(_env, lambda e: e["name"], max_size=3),
    args=st.lists(TEXTS, max_size=3),
    ports=_unique(
        fields({"containerPort": PORTS}, protocol=st.sampled_from(["TCP", "UDP"])),
        lambda p: (p["containerPort"], p.get("protocol", "TCP")),
        max_size=3,
    ),
    resources=_resources,
    volumeMounts=_unique(
        fields({"name": st.just("scratch"), "mountPath": st.sampled_from(["/a", "/b", "/c"])}, readOnly=st.booleans()),
        lambda m: m["mountPath"],
        max_size=2,
    ),
    livenessProbe=fields({"httpGet": fields({"port": PORTS}, path=st.just("/live"))}, periodSeconds=st.integers(1, 3)),
    securityContext=st.sampled_from([{}, {"runAsUser": 1, "capabilities": {"drop": ["ALL"]}}]),
)
_containers = st.builds(
    lambda bodies: [{"name": f"c{n}", **body} for n, body in enumerate(bodies)],
    st.lists(_container, min_size=1, max_size=2),
)
_pod = st.builds(
    lambda c, rest: {"containers": c, "volumes": [{"name": "scratch", "emptyDir": rest.pop("emptyDir", {})}], **rest},
    _containers,
    fields(
        {},
        emptyDir=st.sampled_from([{}, {"sizeLimit": "1024Mi"}, {"medium": "Memory", "sizeLimit": "0.5Gi"}]),
        tolerations=st.lists(
            fields({"key": NAMES, "operator": st.just("Exists")}, effect=st.just("NoSchedule")), max_size=2
        ),
        nodeSelector=st.dictionaries(NAMES, LABEL_VALUES, max_size=2),
        terminationGracePeriodSeconds=st.integers(1, 120),
        securityContext=st.sampled_from([{}, {"fsGroup": 2000}]),
        affinity=st.sampled_from(
            [
                {},
                {"podAntiAffinity": {}},
                {
                    "nodeAffinity": {
                        "requiredDuringSchedulingIgnoredDuringExecution": {
                            "nodeSelectorTerms": [{"matchExpressions": [{"key": "a", "operator": "Exists"}]}]
                        }
                    }
                },
            ]
        ),
        topologySpreadConstraints=st.sampled_from(
            [[], [{"maxSkew": 1, "topologyKey": "zone", "whenUnsatisfiable": "ScheduleAnyway"}]]
        ),
    ),
)
_template = st.builds(lambda pod: {"metadata": {"labels": {"app": "shape"}}, "spec": pod}, _pod)
deployments = _object(
    "apps/v1",
    "Deployment",
    st.builds(
        lambda template, rest: {
            "spec": {"selector": {"matchLabels": {"app": "shape"}}, "template": template, "replicas": 0, **rest}
        },
        _template,
        fields(
            {},
            strategy=st.sampled_from(
                [{"type": "Recreate"}, {"rollingUpdate": {"maxSurge": "25%"}}, {"rollingUpdate": {"maxSurge": 1}}]
            ),
            minReadySeconds=st.integers(0, 2),
        ),
    ),
)
cron_jobs = _object(
    "batch/v1",
    "CronJob",
    st.builds(
        lambda template, rest: {
            "spec": {
                "schedule": "0 0 1 1 *",
                "suspend": True,
                "jobTemplate": {
                    "spec": {"template": {**template, "spec": {**template["spec"], "restartPolicy": "Never"}}}
                },
                **rest,
            }
        },
        _template,
        fields(
            {}, concurrencyPolicy=st.sampled_from(["Allow", "Forbid"]), successfulJobsHistoryLimit=st.integers(0, 3)
        ),
    ),
)

_target = st.sampled_from(
    [
        {"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 50}}},
        {
            "type": "Resource",
            "resource": {"name": "memory", "target": {"type": "AverageValue", "averageValue": "1024Mi"}},
        },
    ]
)
autoscalers = _object(
    "autoscaling/v2",
    "HorizontalPodAutoscaler",
    st.builds(
        lambda rest: {
            "spec": {
                "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "nothing"},
                "maxReplicas": 3,
                **rest,
            }
        },
        fields(
            {},
            minReplicas=st.integers(1, 3),
            metrics=st.lists(_target, max_size=2),
            behavior=st.sampled_from(
                [
                    {},
                    {"scaleDown": {"stabilizationWindowSeconds": 10}},
                    {"scaleUp": {"policies": [{"type": "Pods", "value": 1, "periodSeconds": 15}]}},
                ]
            ),
        ),
    ),
)
quotas = _object(
    "v1",
    "ResourceQuota",
    st.builds(
        lambda hard, rest: {"spec": {"hard": hard, **rest}},
        fields({}, **{"requests.cpu": QUANTITIES, "requests.memory": MEMORY, "pods": st.sampled_from(["10", "1e1"])}),
        fields({}, scopes=st.just(["NotTerminating"])),
    ),
)
limit_ranges = _object(
    "v1",
    "LimitRange",
    st.builds(
        lambda limit: {"spec": {"limits": [{"type": "Container", **limit}]}},
        fields(
            {},
            default=fields({}, cpu=st.sampled_from(["2", "3000m"]), memory=st.sampled_from(["2Gi", "2048Mi"])),
            max=st.just({"cpu": "4"}),
        ),
    ),
)
ingresses = _object(
    "networking.k8s.io/v1",
    "Ingress",
    st.builds(
        lambda rules, rest: {"spec": {"rules": rules, **rest}},
        st.lists(
            st.builds(
                lambda host, port: {
                    "host": f"{host}.example.com",
                    "http": {
                        "paths": [
                            {
                                "path": "/",
                                "pathType": "Prefix",
                                "backend": {"service": {"name": "s", "port": {"number": port}}},
                            }
                        ]
                    },
                },
                NAMES,
                PORTS,
            ),
            min_size=1,
            max_size=2,
        ),
        fields({}, tls=st.lists(st.just({"hosts": ["a.example.com"], "secretName": "t"}), max_size=1)),
    ),
)
roles = _object(
    "rbac.authorization.k8s.io/v1",
    "Role",
    fields(
        {
            "rules": st.lists(
                fields(
                    {
                        "apiGroups": st.just([""]),
                        "resources": st.lists(st.sampled_from(["pods", "secrets"]), unique=True, min_size=1),
                        "verbs": st.lists(st.sampled_from(["get", "list"]), unique=True, min_size=1),
                    },
                    resourceNames=st.lists(NAMES, max_size=2),
                ),
                max_size=3,
            )
        }
    ),
)
claims = _object(
    "v1",
    "PersistentVolumeClaim",
    st.builds(
        lambda size: {
            "spec": {
                "accessModes": ["ReadWriteOnce"],
                "storageClassName": "nothing",
                "resources": {"requests": {"storage": size}},
            }
        },
        MEMORY,
    ),
)
budgets = _object(
    "policy/v1",
    "PodDisruptionBudget",
    st.builds(
        lambda limit: {"spec": {"selector": {"matchLabels": {"a": "b"}}, **limit}},
        st.sampled_from([{"minAvailable": 1}, {"minAvailable": "50%"}, {"maxUnavailable": 0}]),
    ),
)
server_configs = _object(
    "mlops.seldon.io/v1alpha1",
    "ServerConfig",
    st.builds(
        lambda pod: {
            "spec": {
                "podSpec": pod,
                "volumeClaimTemplates": [
                    {
                        "name": "models",
                        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1024Mi"}}},
                    }
                ],
            }
        },
        _pod,
    ),
)

SHAPES: dict[str, st.SearchStrategy[Object]] = {
    "ConfigMap": config_maps,
    "Secret": secrets,
    "Service": services,
    "NetworkPolicy": network_policies,
    "Deployment": deployments,
    "CronJob": cron_jobs,
    "HorizontalPodAutoscaler": autoscalers,
    "ResourceQuota": quotas,
    "LimitRange": limit_ranges,
    "Ingress": ingresses,
    "Role": roles,
    "PersistentVolumeClaim": claims,
    "PodDisruptionBudget": budgets,
    "ServerConfig": server_configs,
}
