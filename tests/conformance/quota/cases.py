# SPDX-License-Identifier: GPL-3.0-or-later
"""The content of a namespace and a change of it, drawn by Hypothesis as plain data.

``@`` in a text is replaced by the namespace's name. A ServerConfig is kept in the platform namespace, where the
operator looks it up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

Json = dict[str, Any]
Draw = Callable[[st.SearchStrategy[Any]], Any]

SELDON = "mlops.seldon.io/v1alpha1"
CLASSES = (None, "standard", "gold", "")
CPU = ("0", "10m", "100m", "0.1", "250m", "1", "1500m")
MEMORY = ("0", "64Mi", "100M", "128Mi", "0.5Gi", "1e9", "1Gi", "1.1Gi")
HALF = {"cpu": 4, "memory": 4}
"""Values before this index are requests of containers with complete resources, the others their limits, so that no
merge makes them invalid.
"""
SIZES = ("1Gi", "1.5", "2G", "10Gi", "500Mi")
IMAGE = "registry.k8s.io/pause:3.10"
COMPUTE_KEYS = ("cpu", "memory", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory")
AMOUNTS = {
    "cpu": ("1", "2", "4", "8"),
    "memory": ("1Gi", "4G", "12Gi"),
    "storage": ("3Gi", "20Gi", "100Gi"),
    "number": ("1", "3", "5", "10"),
}
WIDE = {"cpu": "1k", "memory": "10Ti", "storage": "10Ti", "number": "1k"}
PLAIN_KEYS = (
    *COMPUTE_KEYS,
    *("pods", "count/pods", "services", "services.loadbalancers", "services.nodeports", "count/services"),
    *(
        "persistentvolumeclaims",
        "requests.storage",
        "count/persistentvolumeclaims",
        "configmaps",
        "secrets",
        "resourcequotas",
    ),
    *(
        "gold.storageclass.storage.k8s.io/requests.storage",
        "standard.storageclass.storage.k8s.io/persistentvolumeclaims",
    ),
    *(
        "count/statefulsets.apps",
        "count/deployments.apps",
        "count/replicasets.apps",
        "count/jobs.batch",
        "count/serviceaccounts",
    ),
    *("count/servers.mlops.seldon.io", "count/seldonruntimes.mlops.seldon.io", "count/models.mlops.seldon.io"),
    *("count/roles.rbac.authorization.k8s.io", "count/configmaps"),
    *(
        "requests.ephemeral-storage",
        "limits.ephemeral-storage",
        "requests.nvidia.com/gpu",
        "hugepages-2Mi",
        "requests.hugepages-2Mi",
    ),
)
COMPONENTS = (
    "seldon-scheduler",
    "seldon-envoy",
    "seldon-dataflow-engine",
    "seldon-modelgateway",
    "seldon-pipelinegateway",
    "hodometer",
)
_SCOPES: tuple[Json, ...] = (
    {"scopes": ["NotTerminating"]},
    {"scopes": ["Terminating"]},
    {"scopes": ["NotBestEffort"]},
    {"scopes": ["BestEffort"]},
    {"scopes": ["NotTerminating", "NotBestEffort"]},
    {
        "scopeSelector": {
            "matchExpressions": [{"scopeName": "PriorityClass", "operator": "In", "values": ["conformance-high"]}]
        }
    },
    {
        "scopeSelector": {
            "matchExpressions": [{"scopeName": "PriorityClass", "operator": "NotIn", "values": ["conformance-high"]}]
        }
    },
    {"scopeSelector": {"matchExpressions": [{"scopeName": "PriorityClass", "operator": "DoesNotExist"}]}},
    {"scopes": ["CrossNamespacePodAffinity"]},
)


def generated(number: int, random_seed: int) -> list[Json]:
    """Cases, the same for the same seed."""
    found: list[Json] = []

    @seed(random_seed)
    @settings(
        max_examples=number,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(cases())
    def collect(case: Json) -> None:
        found.append(case)

    collect()
    return found


@st.composite
def cases(draw: Draw) -> Json:
    """``existing`` is created first, then the limit ranges and the quotas, and while these are in force the change.

    ``edge``: quota and key to 0 (allow exactly the prediction, which must fit) or 1 (slightly less, which must not
    fit).
    """
    configs = [server_config(draw, f"@-{name}") for name in "ab"[: draw(st.integers(1, 2))]]
    existing = list(draw_objects(draw, "old", draw(st.integers(0, 4)), configs))
    change = [changed(draw, obj) for obj in existing if draw(st.sampled_from((False, False, True)))]
    change += draw_objects(
        draw,
        "new",
        draw(st.integers(0 if change else 1, 3)),
        configs,
        any(obj["kind"] == "SeldonRuntime" for obj in existing),
    )
    limits = [limit_range(draw, f"l{number}") for number in range(draw(st.sampled_from((0, 0, 0, 1, 1, 2))))]
    quotas = [quota(draw, f"q{number}") for number in range(draw(st.sampled_from((1, 1, 2, 3))))]
    extra = {obj["metadata"]["name"]: obj for obj in limits if draw(st.integers(0, 5)) == 0}
    change += [limit_range(draw, name) for name in extra]
    change += [revised(draw, obj) for obj in quotas if draw(st.integers(0, 4)) == 0]
    if draw(st.integers(0, 9)) == 0:
        change.append(quota(draw, "q9"))
    new_configs = [with_pod(draw, config) for config in configs if draw(st.integers(0, 5)) == 0]
    edge: Json = {}
    if draw(st.booleans()):
        obj = draw(st.sampled_from(quotas))
        edge = {
            "quota": obj["metadata"]["name"],
            "key": draw(st.sampled_from(sorted(obj["spec"]["hard"]))),
            "less": draw(st.integers(0, 1)),
        }
    removed = [obj["metadata"]["name"] for obj in existing if obj["kind"] == "Server" and draw(st.integers(0, 7)) == 0]
    change = [obj for obj in change if obj["kind"] != "Server" or obj["metadata"]["name"] not in removed]
    return {
        "configs": configs,
        "existing": existing,
        "limits": limits,
        "quotas": quotas,
        "edge": edge,
        "new_configs": new_configs,
        "change": change,
        "removed": removed,
    }


def draw_objects(draw: Draw, prefix: str, number: int, configs: list[Json], has_runtime: bool = False) -> list[Json]:
    """Objects of any kinds, with at most one SeldonRuntime."""
    objects = []
    for index in range(number):
        name = f"{prefix}{index}"
        kind = draw(st.sampled_from(_KINDS))
        if kind is seldon_runtime:
            if has_runtime:
                continue
            has_runtime, name = True, "seldon"
        objects.append(server(draw, name, configs) if kind is server else kind(draw, name))
    return objects


def obj(kind: str, name: str, api_version: str = "v1", **more: Any) -> Json:
    return {"apiVersion": api_version, "kind": kind, "metadata": {"name": name}, **more}


def resources(draw: Draw, whole: bool) -> Json:
    """Resources of one container. ``whole``: all of them; otherwise none, requests or limits, both, or additional ones."""
    requests, limits = {}, {}
    for resource, values in (("cpu", CPU), ("memory", MEMORY)):
        if whole:
            requests[resource] = draw(st.sampled_from(values[: HALF[resource]]))
            limits[resource] = draw(st.sampled_from(values[HALF[resource] :]))
            continue
        mode = draw(st.sampled_from(("none", "request", "limit", "both", "both", "same")))
        low, high = sorted(draw(st.tuples(st.integers(0, len(values) - 1), st.integers(0, len(values) - 1))))
        if mode in ("request", "both", "same"):
            requests[resource] = values[low]
        if mode in ("limit", "both", "same"):
            limits[resource] = values[low if mode == "same" else high]
    special = draw(st.integers(0, 23))
    if special == 0:
        requests["nvidia.com/gpu"] = limits["nvidia.com/gpu"] = draw(st.sampled_from(("1", "2")))
    if special == 1:
        requests["ephemeral-storage"] = draw(st.sampled_from(("1Gi", "500M")))
        limits["ephemeral-storage"] = "2Gi"
    if special == 2 and ("cpu" in requests or "memory" in requests):
        requests["hugepages-2Mi"] = limits["hugepages-2Mi"] = "4Mi"
    if special == 3:
        limits["nvidia.com/gpu"] = "1"
    return {name: amounts for name, amounts in (("requests", requests), ("limits", limits)) if amounts}


def container(draw: Draw, name: str, whole: bool, **more: Any) -> Json:
    stated = resources(draw, whole)
    return {"name": name, "image": IMAGE, **({"resources": stated} if stated else {}), **more}


def pod_spec(draw: Draw, names: tuple[str, ...] = ("a", "b", "c")) -> Json:
    """A PodSpec that runs on the lab's nodes."""
    whole = draw(st.sampled_from((True, True, True, False)))
    spec: Json = {
        "containers": [container(draw, name, whole) for name in names[: draw(st.sampled_from((1, 1, 2, len(names))))]]
    }
    spec["terminationGracePeriodSeconds"] = 0
    first = [
        container(draw, f"i{number}", whole, **({"restartPolicy": "Always"} if draw(st.booleans()) else {}))
        for number in range(draw(st.sampled_from((0, 0, 0, 1, 2, 3))))
    ]
    if first:
        spec["initContainers"] = first
    special = draw(st.integers(0, 11))
    if special == 0:
        spec["priorityClassName"] = "conformance-high"
    if special == 1:
        spec["resources"] = draw(
            st.sampled_from(
                (
                    {"requests": {"cpu": "8", "memory": "8Gi"}, "limits": {"cpu": "9", "memory": "9Gi"}},
                    {"requests": {"cpu": "9"}},
                    {"limits": {"memory": "10Gi"}},
                    {"limits": {"cpu": "9", "memory": "10Gi"}},
                )
            )
        )
    if special == 2:
        term = {
            "topologyKey": "kubernetes.io/hostname",
            "labelSelector": {"matchLabels": {"no": "body"}},
            "namespaces": ["default"],
        }
        spec["affinity"] = {
            "podAntiAffinity": {
                "preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 1, "podAffinityTerm": term}]
            }
        }
    return spec


def template(draw: Draw, name: str, **spec: Any) -> Json:
    return {"metadata": {"labels": {"app": name}}, "spec": {**pod_spec(draw), **spec}}


def claim_spec(draw: Draw, classes: tuple[str | None, ...] = CLASSES) -> Json:
    spec: Json = {
        "accessModes": ["ReadWriteOnce"],
        "resources": {"requests": {"storage": draw(st.sampled_from(SIZES))}},
    }
    name = draw(st.sampled_from(classes))
    return spec if name is None else {**spec, "storageClassName": name}


def pod(draw: Draw, name: str) -> Json:
    deadline = {"activeDeadlineSeconds": 3600} if draw(st.integers(0, 3)) == 0 else {}
    return obj("Pod", name, spec={**pod_spec(draw), **deadline})


def stateful_set(draw: Draw, name: str) -> Json:
    claims = [
        {"metadata": {"name": f"c{number}"}, "spec": claim_spec(draw, CLASSES[:3])}
        for number in range(draw(st.sampled_from((0, 0, 1, 2))))
    ]
    spec: Json = {
        "replicas": draw(st.integers(0, 4)),
        "serviceName": name,
        "podManagementPolicy": "Parallel",
        "selector": {"matchLabels": {"app": name}},
        "template": template(draw, name),
    }
    return obj("StatefulSet", name, "apps/v1", spec={**spec, "volumeClaimTemplates": claims} if claims else spec)


def deployment(draw: Draw, name: str) -> Json:
    spec: Json = {
        "replicas": draw(st.integers(0, 4)),
        "selector": {"matchLabels": {"app": name}},
        "template": template(draw, name),
    }
    strategy = draw(
        st.sampled_from(
            (
                None,
                {"type": "Recreate"},
                {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 0, "maxUnavailable": 1}},
                {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "50%", "maxUnavailable": 0}},
                {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 2, "maxUnavailable": 0}},
            )
        )
    )
    return obj("Deployment", name, "apps/v1", spec={**spec, "strategy": strategy} if strategy else spec)


def job(draw: Draw, name: str) -> Json:
    """A Job whose pods match no node, because KWOK would finish them immediately."""
    deadline = {"activeDeadlineSeconds": 3600} if draw(st.integers(0, 3)) == 0 else {}
    spec: Json = {"template": template(draw, name, restartPolicy="Never", nodeSelector={"no": "where"}, **deadline)}
    for key, values in (
        ("parallelism", (None, 0, 1, 2, 3)),
        ("completions", (None, 1, 2, 5)),
        ("suspend", (None, None, None, True)),
    ):
        value = draw(st.sampled_from(values))
        if value is not None:
            spec[key] = value
    return obj("Job", name, "batch/v1", spec=spec)


def finished_job(draw: Draw, name: str) -> Json:
    """A Job that KWOK finishes: its pod exists and is terminal."""
    return obj("Job", name, "batch/v1", spec={"template": template(draw, name, restartPolicy="Never")})


def service(draw: Draw, name: str) -> Json:
    return obj("Service", name, spec=_service_spec(draw))


def _service_spec(draw: Draw) -> Json:
    kind = draw(
        st.sampled_from(("ClusterIP", "NodePort", "LoadBalancer", "LoadBalancer", "Headless", "ExternalName", "None"))
    )
    ports = [
        {"name": f"p{number}", "port": 80 + number, "protocol": "TCP"} for number in range(draw(st.integers(1, 3)))
    ]
    if kind == "ExternalName":
        return {"type": kind, "externalName": "example.com"}
    if kind == "Headless":
        return {"clusterIP": "None", "ports": ports}
    if kind == "None":
        return {"ports": ports}
    spec: Json = {"type": kind, "ports": ports}
    if kind == "LoadBalancer" and draw(st.booleans()):
        spec["allocateLoadBalancerNodePorts"] = False
        if draw(st.booleans()):
            ports[0]["nodePort"] = 1  # replaced by a free port
    return spec


def claim(draw: Draw, name: str) -> Json:
    return obj("PersistentVolumeClaim", name, spec=claim_spec(draw))


def config_map(draw: Draw, name: str) -> Json:
    return obj("ConfigMap", name, data={"a": draw(st.sampled_from("bc"))})


def secret(draw: Draw, name: str) -> Json:
    return obj("Secret", name, stringData={"a": draw(st.sampled_from("bc"))})


def model(draw: Draw, name: str) -> Json:
    return obj(
        "Model",
        name,
        SELDON,
        spec={"storageUri": "gs://b/m", "requirements": [draw(st.sampled_from(("sklearn", "xgboost")))]},
    )


def server(draw: Draw, name: str, configs: list[Json]) -> Json:
    spec: Json = {"serverConfig": draw(st.sampled_from([config["metadata"]["name"] for config in configs]))}
    replicas = draw(st.sampled_from((None, 0, 1, 1, 2, 3, 4)))
    if replicas is not None:
        spec["replicas"] = replicas
    if draw(st.integers(0, 3)) == 0:
        spec["maxReplicas"] = max(1 if replicas is None else replicas, 1) + draw(st.integers(0, 3))
    if draw(st.integers(0, 2)) == 0:
        names = draw(st.sampled_from((("mlserver",), ("agent", "extra"), ("extra",))))
        spec["podSpec"] = {"containers": [container(draw, one, True) for one in names]}
    return obj("Server", name, SELDON, spec=spec)


def server_config(draw: Draw, name: str) -> Json:
    claims = [
        {"name": f"v{number}", "spec": claim_spec(draw, CLASSES[:3])}
        for number in range(draw(st.sampled_from((0, 1, 1, 2))))
    ]
    return obj(
        "ServerConfig",
        name,
        SELDON,
        spec={"podSpec": pod_spec(draw, ("mlserver", "agent", "rclone")), "volumeClaimTemplates": claims},
    )


def with_pod(draw: Draw, config: Json) -> Json:
    return {**config, "spec": {**config["spec"], "podSpec": pod_spec(draw, ("mlserver", "agent", "rclone"))}}


def seldon_runtime(draw: Draw, name: str) -> Json:
    overrides = []
    for component in draw(st.lists(st.sampled_from(COMPONENTS), unique=True, max_size=4)):
        override: Json = {"name": component}
        what = draw(st.integers(0, 4))
        if what == 0:
            override["disable"] = True
        if what in (1, 2):
            override["replicas"] = draw(st.integers(0, 2))
        if what == 3:
            override["serviceType"] = draw(st.sampled_from(("ClusterIP", "NodePort", "LoadBalancer")))
        overrides.append(override)
    spec: Json = {"seldonConfig": "default", "overrides": overrides}
    kind = draw(st.sampled_from((None, "ClusterIP", "NodePort", "LoadBalancer")))
    if kind:
        spec["config"] = {"serviceConfig": {"serviceType": kind}}
    return obj("SeldonRuntime", name, SELDON, spec=spec)


_KINDS = (
    *(server,) * 6,
    *(deployment,) * 3,
    *(stateful_set,) * 3,
    *(service,) * 3,
    *(pod, pod, job, job, finished_job, claim, claim, seldon_runtime, seldon_runtime, config_map, secret, model),
)


def changed(draw: Draw, old: Json) -> Json:
    """Another version of an object, with changes that the API server accepts."""
    kind, name, spec = old["kind"], old["metadata"]["name"], dict(old.get("spec") or {})
    if kind in ("Deployment", "StatefulSet"):
        if draw(st.booleans()):
            spec["replicas"] = draw(st.integers(0, 5))
        if draw(st.booleans()):
            spec["template"] = template(draw, name)
    elif kind == "Service":
        other = _service_spec(draw)
        spec = spec if "clusterIP" in spec or "clusterIP" in other else other
    elif kind == "Server":
        spec = server(draw, name, [{"metadata": {"name": spec["serverConfig"]}}])["spec"]
    elif kind == "SeldonRuntime":
        spec = seldon_runtime(draw, name)["spec"]
    elif kind == "ConfigMap":
        return config_map(draw, name)
    return {**old, "spec": spec} if spec else old


def limit_range(draw: Draw, name: str) -> Json:
    """A LimitRange that the API server accepts: min <= defaultRequest <= default <= max."""
    entries = []
    for kind in draw(
        st.lists(
            st.sampled_from(("Container", "Container", "Container", "Pod", "PersistentVolumeClaim")),
            min_size=1,
            max_size=2,
            unique=True,
        )
    ):
        entry: Json = {"type": kind}
        if kind == "PersistentVolumeClaim":
            entry |= {"min": {"storage": "1"}, "max": {"storage": draw(st.sampled_from(("5Gi", "100Gi")))}}
        for resource, values in (
            ("cpu", ("50m", "100m", "500m", "2", "4")),
            ("memory", ("10Mi", "64Mi", "500M", "2Gi", "4Gi")),
        ):
            if kind == "PersistentVolumeClaim":
                continue
            parts = draw(
                st.sets(st.sampled_from(("default", "defaultRequest", "min", "max")), max_size=3)
                if kind == "Container"
                else st.sets(st.just("max"))
            )
            places = iter(sorted(draw(st.lists(st.integers(0, 4), min_size=4, max_size=4))))
            for part in ("min", "defaultRequest", "default", "max"):
                place = next(places)
                if part in parts:
                    entry.setdefault(part, {})[resource] = values[place]
            if kind == "Container" and draw(st.integers(0, 9)) == 0:
                entry.setdefault("maxLimitRequestRatio", {})[resource] = "10"
        if kind == "Container" and draw(st.integers(0, 3)):
            entry.pop("maxLimitRequestRatio", None)
            entry["default"] = {"cpu": "2", "memory": "2Gi"}
            entry["defaultRequest"] = {"cpu": "100m", "memory": "128Mi"}
            entry["max"] = {}
            entry["min"] = {}
        entries.append({key: value for key, value in entry.items() if value})
    return obj("LimitRange", name, spec={"limits": entries})


def unit(key: str) -> str:
    if "hugepages" in key or "memory" in key:
        return "memory"
    if key.endswith("storage"):
        return "storage"
    return "cpu" if key.endswith("cpu") else "number"


def quota(draw: Draw, name: str) -> Json:
    """A quota whose amounts are more often large than small: with many keys one small amount suffices."""
    scoped = draw(st.integers(0, 3)) == 0
    scope = draw(st.sampled_from(_SCOPES)) if scoped else {}
    possible = ("pods",) if scope.get("scopes") == ["BestEffort"] else ("pods", *COMPUTE_KEYS) if scoped else PLAIN_KEYS
    keys = draw(st.lists(st.sampled_from(possible), unique=True, min_size=1, max_size=10))
    return obj("ResourceQuota", name, spec={"hard": {key: amount(draw, key) for key in keys}, **scope})


def amount(draw: Draw, key: str) -> str:
    return str(draw(st.sampled_from((*(WIDE[unit(key)],) * 16, *AMOUNTS[unit(key)]))))


def revised(draw: Draw, old: Json) -> Json:
    """The quota with other amounts, and sometimes another key."""
    hard = {key: amount(draw, key) for key in old["spec"]["hard"]}
    if draw(st.booleans()):
        key = draw(
            st.sampled_from(
                ("pods", *COMPUTE_KEYS)
                if len(old["spec"]) > 1 and old["spec"].get("scopes") != ["BestEffort"]
                else tuple(hard)
                if len(old["spec"]) > 1
                else PLAIN_KEYS
            )
        )
        hard[key] = amount(draw, key)
    return {**old, "spec": {**old["spec"], "hard": hard}}


def substituted(value: Any, namespace: str, node_port: Callable[[], int]) -> Any:
    """The value with ``@`` replaced by the namespace and every node port by a free one."""
    if isinstance(value, Mapping):
        return {
            key: node_port() if key == "nodePort" else substituted(entry, namespace, node_port)
            for key, entry in value.items()
        }
    if isinstance(value, list):
        return [substituted(entry, namespace, node_port) for entry in value]
    return value.replace("@", namespace) if isinstance(value, str) else value
