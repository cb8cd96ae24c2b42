# SPDX-License-Identifier: GPL-3.0-or-later
"""Reasons why a tenant is refused, one at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .draft import Draft
from .random_live import OURS, TENANT, managed
from .random_platform import guard, set_variable
from .random_seldon import seldon
from .random_workloads import obj


def _unknown_option(draft: Draft) -> None:
    draft.options |= {"qouta": {}, "egress": [{"cidr": "169.254.169.254/32", "port": 80}], "platform_namespace": 5}


def _wrong_values(draft: Draft) -> None:
    """Sets one wrong value in each of several options."""
    draft.options |= {
        "reserved_names": [draft.tenant + "s", ""],
        "pod_security": {"enforce": "privileged", "version": "1.34"},
        "access": {"owners": ["a"]},
        "quota": {"request.cpu": 1, "nvidia.com/gpu": 1, "limits.memory": "8GB", "count/models": 2},
        "limit_range": {"min": {"cpu": 4}},
    }


def _more_wrong_values(draft: Draft) -> None:
    draft.options |= {
        "labels": {"a b": "x", "ml-platform.seldon/tenant": "x", "team": None, "cost": "a/b"},
        "service_accounts": ["default", {"name": "A"}, {"name": "ci", "role": "owner"}],
        "access": {"owners": {"groups": "leads", "users": ["system:admin", 5, ""]}, "debug": "yes"},
        "runtime": {
            "pipelines": "sometimes",
            "rclone_secrets": ["A_b"],
            "overrides": [
                {"name": "seldon-scheduler", "replicas": 0, "serviceType": "LoadBalancer"},
                {"name": "seldon-scheduler"},
                {"name": "hodometer", "disable": True, "serviceType": "NodePort", "replicas": -1},
                {"name": "envoy", "podSpec": []},
            ],
        },
        "egress": [
            {"cidr": "10.0.0.1/8", "port": 443},
            {"namespace": "a", "cidr": "10.0.0.0/8", "port": 1},
            {"namespace": "A", "port": 5572, "except": []},
            {"cidr": "10.0.0.0/8", "except": ["11.0.0.0/8"], "pod_labels": {"a": "b"}, "port": "http"},
            {"port": 1},
        ],
        "ingress": [{"namespace": "a", "port": 9000}, {"namspace": "a"}],
        "network": {"dns": [{"cidr": "169.254.0.0/16"}], "apiserver": []},
    }


def _thin_config(draft: Draft) -> None:
    """A ServerConfig without parts that Seldon needs, and Servers whose overrides have no effect."""
    agent = {
        "name": "agent",
        "ports": [{"containerPort": 9001}],
        "env": [{"name": "SELDON_SERVER_HTTP_PORT", "value": "1"}],
    }
    pod = {
        "containers": [agent, {"name": "model", "image": "registry.example/model:1"}],
        "volumes": [{"name": "x", "secret": {"secretName": "gone"}}],
    }
    draft.add(
        seldon("ServerConfig", "thin", {"podSpec": pod}),
        seldon("ServerConfig", "hollow", {"podSpec": {"containers": []}}),
    )
    lost = {
        "restartPolicy": "Never",
        "containers": [{"name": "model", "env": [], "image": "", "resources": {"limits": {"cpu": 0}}}],
        "hostNetwork": False,
    }
    draft.add(
        seldon("Server", "thin", {"serverConfig": "thin", "podSpec": lost, "replicas": 0}),
        seldon("Server", "hollow", {"serverConfig": "hollow"}),
        seldon("Server", "elsewhere", {"serverConfig": "seldon-system/mlserver"}),
        seldon("Server", "spaced", {"serverConfig": " Mlserver"}),
        seldon("Server", "listed", {"serverConfig": ["mlserver"]}),
    )


def _broken_yaml(draft: Draft) -> None:
    draft.more_files["k8s/broken.yaml"] = "kind: Server\nmetadata:\n  name: [a\n"
    draft.more_files["k8s/untyped.yaml"] = (
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, labels: {a: 1}}\ndata: {a: true}\n"
    )


def _foreign_objects(draft: Draft) -> None:
    elsewhere = obj("v1", "ConfigMap", "elsewhere")
    elsewhere["metadata"]["namespace"] = "kube-system"
    draft.add(
        elsewhere,
        obj("rbac.authorization.k8s.io/v1", "ClusterRole", "all", rules=[]),
        obj("v1", "Namespace", "another"),
    )


def _unknown_kinds(draft: Draft) -> None:
    draft.add(
        obj("mlops.seldon.io/v1", "Server", "s"),
        obj("example.org/v1", "Modell", "m"),
        obj("networking.istio.io/v1", "VirtualService", "v"),
    )


def _colliding_names(draft: Draft) -> None:
    draft.add(
        obj("v1", "Service", "seldon-mesh", spec={}),
        obj("v1", "Service", "colliding-0", spec={}),
        seldon("Server", "colliding", {"serverConfig": "mlserver"}),
        obj("apps/v1", "StatefulSet", "colliding", spec={}),
        seldon("Server", "x" * 60, {"serverConfig": "mlserver"}),
    )


def _copied_objects(draft: Draft) -> None:
    copied = obj("v1", "PersistentVolumeClaim", "copied", spec={"volumeName": "pv-1"})
    copied["metadata"] |= {
        "uid": "1",
        "finalizers": ["example.org/x"],
        "ownerReferences": [{"kind": "Deployment", "name": "x", "uid": "2"}],
    }
    draft.add(copied)


def _wide_role(draft: Draft) -> None:
    rules = [{"apiGroups": ["*"], "resources": ["pods/exec"], "verbs": ["escalate"]}]
    binding = {
        "roleRef": {"kind": "ClusterRole", "name": "cluster-admin"},
        "subjects": [{"kind": "Group", "name": "system:masters"}],
    }
    draft.add(
        obj("rbac.authorization.k8s.io/v1", "Role", "wide", rules=rules),
        obj("rbac.authorization.k8s.io/v1", "RoleBinding", "wide", **binding),
    )


def _misspelt_config(draft: Draft) -> None:
    draft.add(
        seldon("Server", "misspelt", {"serverConfig": "mlservr"}),
        seldon("Server", "nameless", {"serverConfig": ""}),
        seldon("Server", "bare", {}),
    )


def _small_quota(draft: Draft) -> None:
    draft.options["quota"] = {
        "requests.cpu": "1",
        "requests.memory": "1Gi",
        "limits.cpu": "2",
        "persistentvolumeclaims": 1,
        "count/models.mlops.seldon.io": 1,
    }
    draft.add(seldon("Server", "big", {"serverConfig": "mlserver", "replicas": 4, "maxReplicas": 9}))


def _tight_limits(draft: Draft) -> None:
    draft.options["limit_range"] = {
        "default": {"cpu": "200m", "memory": "256Mi"},
        "max": {"cpu": "250m", "memory": "512Mi"},
    }


def _privileged(draft: Draft) -> None:
    pod = {
        "hostNetwork": True,
        "containers": [{"name": "main", "image": "registry.example/x", "securityContext": {"privileged": True}}],
    }
    draft.add(
        obj(
            "apps/v1",
            "Deployment",
            "privileged",
            spec={"selector": {}, "template": {"metadata": {"labels": {"app": "x"}}, "spec": pod}},
        )
    )
    draft.add(
        seldon(
            "Server",
            "host",
            {
                "serverConfig": "mlserver",
                "podSpec": {"hostPID": True, "volumes": [{"name": "host", "hostPath": {"path": "/"}}]},
            },
        )
    )


def _restricted(draft: Draft) -> None:
    draft.options["pod_security"] = {
        **draft.options.get("pod_security", {}),
        "enforce": "restricted",
        "restrict_seldon": False,
    }
    draft.add(seldon("Server", "plain", {"serverConfig": "mlserver"}))


def _restricted_by_option(draft: Draft) -> None:
    draft.options["pod_security"] = {
        **draft.options.get("pod_security", {}),
        "enforce": "restricted",
        "restrict_seldon": True,
    }
    override = {"containers": [{"name": "mlserver", "securityContext": {"runAsUser": 0}}]}
    draft.add(
        seldon("Server", "root", {"serverConfig": "mlserver", "podSpec": override}),
        seldon("Server", "plain", {"serverConfig": "triton"}),
    )


def _against_guard(draft: Draft) -> None:
    draft.platform[:] = [found for found in draft.platform if found["metadata"]["name"] != "seldon-scoping-guard"]
    draft.platform.append(guard({"registries": ["registry.example"]}))
    pod = {
        "shareProcessNamespace": True,
        "nodeName": "node-1",
        "containers": [{"name": "main", "image": "docker.io/evil/x"}],
    }
    draft.add(obj("batch/v1", "Job", "against", spec={"template": {"spec": {**pod, "restartPolicy": "Never"}}}))
    draft.add(
        seldon(
            "Server",
            "against",
            {
                "serverConfig": "mlserver",
                "podSpec": {"serviceAccountName": "seldon-scheduler", "tolerations": [{"operator": "Exists"}]},
            },
        )
    )


def _unreadable_guard(draft: Draft) -> None:
    draft.platform[:] = [found for found in draft.platform if found["metadata"]["name"] != "seldon-scoping-guard"]
    draft.platform.append(guard("{"))


def _no_platform(draft: Draft) -> None:
    gone = ("Deployment", "SeldonConfig", "ServerConfig")
    draft.platform[:] = [found for found in draft.platform if found["kind"] not in gone]


def _no_seldon_config(draft: Draft) -> None:
    draft.platform[:] = [found for found in draft.platform if found["kind"] != "SeldonConfig"]
    draft.live[:] = [found for found in draft.live if found["kind"] != "SeldonConfig"]


def _platform_to_come(draft: Draft) -> None:
    """Refused only if no platform is expected; here one is expected."""
    coming = [
        found for found in draft.platform if found["kind"] in ("Deployment", "SeldonConfig", "ServerConfig", "Role")
    ]
    draft.platform[:] = [found for found in draft.platform if found not in coming]
    expected = {"server": "https://golden.example:6443", "namespace": "seldon-system", "objects": coming, "kinds": True}
    draft.tenant_params["expected_platforms"] = [expected]
    draft.unserved.add("mlops.seldon.io")


def _clusterwide(draft: Draft) -> None:
    set_variable(draft.central(), "CLUSTERWIDE", "true")
    set_variable(draft.central(), "WATCH_NAMESPACES", "")


def _namespace(labels: dict[str, str], *managers: str, **metadata: Any) -> Callable[[Draft], None]:
    def change(draft: Draft) -> None:
        draft.live[:] = [found for found in draft.live if found["kind"] != "Namespace"]
        draft.live.append(managed(obj("v1", "Namespace", draft.tenant), *managers))
        draft.live[-1]["metadata"] |= {"labels": labels, **metadata}

    return change


def _two_runtimes(draft: Draft) -> None:
    other = managed(seldon("SeldonRuntime", "another", {"seldonConfig": "default"}), "kubectl")
    other["metadata"]["namespace"] = draft.tenant
    draft.live.append(other)


def _never_pipelines(draft: Draft) -> None:
    draft.options["runtime"] = {"pipelines": "never"}
    draft.add(seldon("Pipeline", "never", {"steps": [{"name": "baseline"}]}))


def _unreadable(*plurals: str) -> Callable[[Draft], None]:
    def change(draft: Draft) -> None:
        draft.denied |= set(plurals)

    return change


def _newer_rules(draft: Draft) -> None:
    draft.options["pod_security"] = {"version": "v1.38"}


def _own_operator_image(draft: Draft) -> None:
    draft.central()["spec"]["template"]["spec"]["containers"][0] |= {
        "command": ["/bin/sh", "-c", "/manager"],
        "image": "registry.example/own:1",
    }


def _adopted(draft: Draft) -> None:
    _namespace({}, "kubectl-create")(draft)
    draft.options["adopt"] = True
    draft.tenant_params["take_over"] = True


FAULTS: tuple[Callable[[Draft], None], ...] = (
    _unknown_option,
    _wrong_values,
    _broken_yaml,
    _foreign_objects,
    _unknown_kinds,
    _colliding_names,
    _copied_objects,
    _wide_role,
    _misspelt_config,
    _small_quota,
    _tight_limits,
    _privileged,
    _restricted,
    _restricted_by_option,
    _against_guard,
    _unreadable_guard,
    _no_platform,
    _platform_to_come,
    _clusterwide,
    _namespace({}, "kubectl-create"),
    _namespace({}, OURS, deletionTimestamp="2026-01-01T00:00:00Z"),
    _namespace({TENANT: "another"}, OURS),
    _no_seldon_config,
    _two_runtimes,
    _never_pipelines,
    _unreadable("servers"),
    _unreadable("pods", "storageclasses", "resourcequotas"),
    _newer_rules,
    _own_operator_image,
    _adopted,
    _more_wrong_values,
    _thin_config,
)
