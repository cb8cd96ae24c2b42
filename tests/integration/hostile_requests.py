# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests of a team member who tries to get more permissions or data than the platform grants."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from tests.integration.access_world import AUTOMATION, OPERATOR, OTHER, OWN
from tests.integration.personas import Answer, Json, Persona
from tests.integration.tenancy import PLATFORM

RBAC = "rbac.authorization.k8s.io"
_MERGE = "application/merge-patch+json"
_CORE = f"/api/v1/namespaces/{OWN}"
_APPS = f"/apis/apps/v1/namespaces/{OWN}"
_RBAC = f"/apis/{RBAC}/v1/namespaces/{OWN}"
_CLUSTER_RBAC = f"/apis/{RBAC}/v1"
_SELDON = f"/apis/mlops.seldon.io/v1alpha1/namespaces/{OWN}"
_POD = f"{_CORE}/pods/seldon-scheduler-0"
_ADMISSION = "/apis/admissionregistration.k8s.io/v1"
_ME = {"kind": "User", "apiGroup": RBAC, "name": "dora"}
_EVERYTHING = {"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}


@dataclass(frozen=True)
class Hostile:
    """One request. ``valid``: an administrator's dry run of it succeeds, so missing permissions are the only reason for
    a refusal.
    """

    method: str
    path: str
    body: Json | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    valid: bool = True

    def send(self, asking: Persona, *, dry_run: bool = False) -> Answer:
        """The answer."""
        query = urlencode({"dryRun": "All"}) if dry_run and self.method != "GET" else ""
        joined = self.path + ("&" if "?" in self.path else "?") * bool(query) + query
        kind = _MERGE if self.method == "PATCH" else "application/json"
        return asking.request(self.method, joined, self.body, kind, self.headers)


def _obj(version: str, kind: str, name: str, **rest: object) -> Json:
    return {"apiVersion": version, "kind": kind, "metadata": {"name": name}, **rest}


def _binding(kind: str, role_kind: str, role: str) -> Json:
    return _obj(f"{RBAC}/v1", kind, "mine", roleRef={"apiGroup": RBAC, "kind": role_kind, "name": role}, subjects=[_ME])


def _role(kind: str, *rules: Json) -> Json:
    return _obj(f"{RBAC}/v1", kind, "mine", rules=list(rules))


def _labelled(**labels: str) -> Json:
    return {"metadata": {"labels": labels}}


def _pod(**spec: object) -> Json:
    return _obj("v1", "Pod", "mine", spec={"containers": [{"name": "c", "image": "registry.example/c:1"}], **spec})


def _service(**spec: object) -> Json:
    return _obj("v1", "Service", "mine", spec={"ports": [{"port": 80}], **spec})


_AGGREGATED = _role("ClusterRole", {"apiGroups": [""], "resources": ["pods"], "verbs": ["delete"]})
_AGGREGATED["metadata"]["labels"] = {f"{RBAC}/aggregate-to-view": "true"}
_TOKEN = _obj("authentication.k8s.io/v1", "TokenRequest", "", spec={"audiences": [], "expirationSeconds": 3600})
_QUOTA = {"spec": {"hard": {"requests.cpu": "2000"}}}
_WEBHOOK = _obj(
    "admissionregistration.k8s.io/v1",
    "ValidatingWebhookConfiguration",
    "mine",
    webhooks=[
        {
            "name": "a.example.com",
            "clientConfig": {"url": "https://a.example.com/"},
            "rules": [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["secrets"]}],
            "sideEffects": "None",
            "admissionReviewVersions": ["v1"],
        }
    ],
)
_POLICY = _obj(
    "networking.k8s.io/v1", "NetworkPolicy", "mine", spec={"podSelector": {}, "ingress": [{}], "egress": [{}]}
)
_ACCOUNT = f"system:serviceaccount:{OWN}"

HOSTILE: Mapping[str, Hostile] = {
    # Permissions that are not granted.
    "binds itself to cluster-admin": Hostile(
        "POST", f"{_RBAC}/rolebindings", _binding("RoleBinding", "ClusterRole", "cluster-admin")
    ),
    "binds itself to the built-in edit": Hostile(
        "POST", f"{_RBAC}/rolebindings", _binding("RoleBinding", "ClusterRole", "edit")
    ),
    "binds itself to the owner's Role": Hostile(
        "POST", f"{_RBAC}/rolebindings", _binding("RoleBinding", "Role", "tenant-owner")
    ),
    "binds itself in another tenant": Hostile(
        "POST", f"/apis/{RBAC}/v1/namespaces/{OTHER}/rolebindings", _binding("RoleBinding", "Role", "tenant-viewer")
    ),
    "binds itself to cluster-admin everywhere": Hostile(
        "POST", f"{_CLUSTER_RBAC}/clusterrolebindings", _binding("ClusterRoleBinding", "ClusterRole", "cluster-admin")
    ),
    "adds itself to the owners": Hostile("PATCH", f"{_RBAC}/rolebindings/tenant-owner", {"subjects": [_ME]}),
    "makes a Role with wildcards": Hostile("POST", f"{_RBAC}/roles", _role("Role", _EVERYTHING)),
    "makes a Role with escalate and bind": Hostile(
        "POST",
        f"{_RBAC}/roles",
        _role("Role", {"apiGroups": [RBAC], "resources": ["roles"], "verbs": ["escalate", "bind"]}),
    ),
    "makes a Role with nothing new": Hostile(
        "POST", f"{_RBAC}/roles", _role("Role", {"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]})
    ),
    "widens its own Role": Hostile("PATCH", f"{_RBAC}/roles/tenant-deployer", {"rules": [_EVERYTHING]}),
    "widens the operator's Role": Hostile("PATCH", f"{_RBAC}/roles/seldon-v2-manager-role", {"rules": [_EVERYTHING]}),
    "makes a ClusterRole that joins view": Hostile("POST", f"{_CLUSTER_RBAC}/clusterroles", _AGGREGATED),
    "changes the cluster's view": Hostile("PATCH", f"{_CLUSTER_RBAC}/clusterroles/view", _labelled(a="b")),
    # Other identities.
    "acts as the agents' account": Hostile(
        "GET", f"{_CORE}/secrets", headers={"Impersonate-User": f"{_ACCOUNT}:seldon-server"}
    ),
    "acts as the operator": Hostile(
        "GET", f"{_CORE}/secrets", headers={"Impersonate-User": f"system:serviceaccount:{PLATFORM}:{OPERATOR}"}
    ),
    "acts as an administrator": Hostile(
        "GET", "/api/v1/nodes", headers={"Impersonate-User": "root", "Impersonate-Group": "system:masters"}
    ),
    "asks for the agents' token": Hostile("POST", f"{_CORE}/serviceaccounts/seldon-server/token", _TOKEN),
    "asks for a token of the team's automation": Hostile("POST", f"{_CORE}/serviceaccounts/{AUTOMATION}/token", _TOKEN),
    "asks for the operator's token": Hostile(
        "POST", f"/api/v1/namespaces/{PLATFORM}/serviceaccounts/{OPERATOR}/token", _TOKEN
    ),
    "gives a token to every pod": Hostile(
        "PATCH", f"{_CORE}/serviceaccounts/default", {"automountServiceAccountToken": True}
    ),
    "asks for a certificate": Hostile(
        "POST", "/apis/certificates.k8s.io/v1/certificatesigningrequests", {}, valid=False
    ),
    "approves a certificate": Hostile(
        "PATCH", "/apis/certificates.k8s.io/v1/certificatesigningrequests/lab-nora/approval", {}, valid=False
    ),
    # Access to pods, and requests that bypass network policies.
    "runs a command in a pod": Hostile("POST", f"{_POD}/exec?command=id&stdout=true", valid=False),
    "runs a command in a pod by GET": Hostile("GET", f"{_POD}/exec?command=id&stdout=true", valid=False),
    "attaches to a pod": Hostile("POST", f"{_POD}/attach?stdout=true", valid=False),
    "forwards a port": Hostile("POST", f"{_POD}/portforward?ports=9004", valid=False),
    "reaches a pod through the API server": Hostile("GET", f"{_POD}/proxy/", valid=False),
    "reaches the scheduler through the API server": Hostile(
        "GET", f"{_CORE}/services/seldon-scheduler:9004/proxy/", valid=False
    ),
    "reaches a node through the API server": Hostile("GET", "/api/v1/nodes/lab-node-0/proxy/configz", valid=False),
    "adds a container to a running pod": Hostile("PATCH", f"{_POD}/ephemeralcontainers", {}),
    "resizes a running pod": Hostile("PATCH", f"{_POD}/resize", {}, valid=False),
    "evicts a pod": Hostile("POST", f"{_POD}/eviction", _obj("policy/v1", "Eviction", "seldon-scheduler-0")),
    "changes a running pod": Hostile("PATCH", _POD, _labelled(a="b")),
    "makes a pod": Hostile("POST", f"{_CORE}/pods", _pod()),
    "makes a pod of the agents' account": Hostile("POST", f"{_CORE}/pods", _pod(serviceAccountName="seldon-server")),
    "makes a Deployment": Hostile("POST", f"{_APPS}/deployments", {}, valid=False),
    # Guard-rails.
    "lifts the Pod Security level": Hostile(
        "PATCH", f"/api/v1/namespaces/{OWN}", _labelled(**{"pod-security.kubernetes.io/enforce": "privileged"})
    ),
    "names its namespace like the platform's": Hostile("PATCH", f"/api/v1/namespaces/{OWN}", _labelled(name=PLATFORM)),
    "deletes its namespace": Hostile("DELETE", f"/api/v1/namespaces/{OWN}"),
    "finalizes its namespace": Hostile(
        "PUT", f"/api/v1/namespaces/{OWN}/finalize", _obj("v1", "Namespace", OWN), valid=False
    ),
    "makes a namespace": Hostile("POST", "/api/v1/namespaces", _obj("v1", "Namespace", "mine")),
    "raises its quota": Hostile("PATCH", f"{_CORE}/resourcequotas/tenant-quota", _QUOTA),
    "lowers what its quota counts": Hostile(
        "PATCH", f"{_CORE}/resourcequotas/tenant-quota/status", {"status": {"used": {"requests.cpu": "0"}}}
    ),
    "deletes its quota": Hostile("DELETE", f"{_CORE}/resourcequotas/tenant-quota"),
    "deletes all quotas": Hostile("DELETE", f"{_CORE}/resourcequotas"),
    "deletes its limits": Hostile("DELETE", f"{_CORE}/limitranges/tenant-limits"),
    "opens the network": Hostile("POST", f"/apis/networking.k8s.io/v1/namespaces/{OWN}/networkpolicies", _POLICY),
    "deletes all network policies": Hostile("DELETE", f"/apis/networking.k8s.io/v1/namespaces/{OWN}/networkpolicies"),
    "takes the policy that keeps the CRDs away": Hostile(
        "DELETE", f"{_ADMISSION}/validatingadmissionpolicies/mine", valid=False
    ),
    "makes a webhook that reads all Secrets": Hostile(
        "POST", f"{_ADMISSION}/validatingwebhookconfigurations", _WEBHOOK
    ),
    "deletes Seldon's kinds": Hostile(
        "DELETE", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/models.mlops.seldon.io"
    ),
    # Objects of the platform.
    "changes its operator": Hostile(
        "PATCH", f"/apis/apps/v1/namespaces/{PLATFORM}/deployments/{OPERATOR}", _labelled(a="b")
    ),
    "stops its operator": Hostile(
        "PATCH", f"/apis/apps/v1/namespaces/{PLATFORM}/deployments/{OPERATOR}/scale", {"spec": {"replicas": 0}}
    ),
    "deletes its operator": Hostile("DELETE", f"/apis/apps/v1/namespaces/{PLATFORM}/deployments/{OPERATOR}"),
    "forges the inventory of its set": Hostile(
        "PATCH", f"/api/v1/namespaces/{PLATFORM}/configmaps/applyset-{OWN}", _labelled(a="b")
    ),
    "changes the runtime": Hostile("PATCH", f"{_SELDON}/seldonruntimes/seldon", {"spec": {"disableAutoUpdate": True}}),
    "deletes the runtime": Hostile("DELETE", f"{_SELDON}/seldonruntimes/seldon"),
    "takes the runtime's finalizer away": Hostile(
        "PATCH", f"{_SELDON}/seldonruntimes/seldon", {"metadata": {"finalizers": []}}
    ),
    "changes the template of the runtime": Hostile("PATCH", f"{_SELDON}/seldonconfigs/default", _labelled(a="b")),
    "claims that the runtime is ready": Hostile(
        "PATCH", f"{_SELDON}/seldonruntimes/seldon/status", {"status": {"conditions": []}}
    ),
    "publishes the scheduler": Hostile(
        "PATCH", f"{_CORE}/services/seldon-scheduler", {"spec": {"type": "LoadBalancer"}}
    ),
    "takes over an address of the cluster": Hostile(
        "POST", f"{_CORE}/services", _service(externalIPs=["198.51.100.1"])
    ),
    "gives a Service an address": Hostile(
        "PATCH", f"{_CORE}/services/seldon-mesh/status", {"status": {"loadBalancer": {"ingress": []}}}
    ),
    "stops the mesh": Hostile("PATCH", f"{_APPS}/deployments/seldon-envoy/scale", {"spec": {"replicas": 0}}),
    "deletes all Models at once": Hostile("DELETE", f"{_SELDON}/models"),
    # Secrets, through every request that answers with one.
    "reads a Secret": Hostile("GET", f"{_CORE}/secrets/seldon-rclone-gs-public"),
    "lists the Secrets": Hostile("GET", f"{_CORE}/secrets"),
    "watches the Secrets": Hostile("GET", f"{_CORE}/secrets?watch=true&timeoutSeconds=1"),
    "reads a Secret by an empty patch": Hostile("PATCH", f"{_CORE}/secrets/seldon-rclone-gs-public", {}),
    "reads a Secret by a delete that is only tried": Hostile(
        "DELETE",
        f"{_CORE}/secrets/seldon-rclone-gs-public",
        {"kind": "DeleteOptions", "apiVersion": "v1", "propagationPolicy": "Foreground", "dryRun": ["All"]},
    ),
    "deletes all Secrets": Hostile("DELETE", f"{_CORE}/secrets"),
    # Others.
    "looks into another tenant": Hostile("GET", f"/apis/mlops.seldon.io/v1alpha1/namespaces/{OTHER}/models"),
    "deploys into another tenant": Hostile(
        "POST",
        f"/apis/mlops.seldon.io/v1alpha1/namespaces/{OTHER}/models",
        _obj("mlops.seldon.io/v1alpha1", "Model", "mine", spec={"storageUri": "gs://a/b"}),
    ),
    "looks into the platform's namespace": Hostile("GET", f"/api/v1/namespaces/{PLATFORM}/pods"),
    "looks at all Models": Hostile("GET", "/apis/mlops.seldon.io/v1alpha1/models"),
    "looks at all namespaces": Hostile("GET", "/api/v1/namespaces"),
    "looks at the nodes": Hostile("GET", "/api/v1/nodes"),
    "reads the API server's metrics": Hostile("GET", "/metrics", valid=False),
    "makes a priority": Hostile(
        "POST",
        "/apis/scheduling.k8s.io/v1/priorityclasses",
        _obj("scheduling.k8s.io/v1", "PriorityClass", "mine", value=1),
    ),
}
