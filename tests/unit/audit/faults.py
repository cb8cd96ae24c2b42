# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults to put into the clean demo, each with the rule that has to find it.

``also`` are rules that find the same fault from another side: a binding that is nobody's gives rights, and is nobody's.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from .cluster import OTHER, OWN, PLATFORM, RBAC, Cluster, Obj, account, group, user

PSA = "pod-security.kubernetes.io/"
NAME = "kubernetes.io/metadata.name"
EXTRA = ("TA406",)
FORBIDDEN = 'secrets is forbidden: User "system:serviceaccount:seldon-system:x" cannot list resource "secrets" in API group "" in the namespace "fraud-detection"'


class Fault(NamedTuple):
    """``seed`` changes the cluster."""

    rule: str
    what: str
    seed: Callable[[Cluster], None]
    also: tuple[str, ...] = ()


FAULTS: list[Fault] = []


def fault(rule: str, what: str, *also: str) -> Callable[[Callable[[Cluster], None]], Callable[[Cluster], None]]:
    """Enters the function that follows into the table."""

    def enter(seed: Callable[[Cluster], None]) -> Callable[[Cluster], None]:
        FAULTS.append(Fault(rule, what, seed, also))
        return seed

    return enter


def grant(rule: str, what: str, subject: Obj, rules: list[tuple[str, str, str]], *also: str) -> None:
    """Somebody is bound in the tenant by a Role of its own."""

    def seed(c: Cluster) -> None:
        c.role("extra", *rules)
        c.bind("extra", "extra", subject)

    FAULTS.append(Fault(rule, what, seed, (*EXTRA, *also)))


# Rights
grant("TA101", "every credential reads", group("system:authenticated"), [("", "configmaps", "get")])
grant("TA101", "nobody needs a credential", group("system:unauthenticated"), [("", "pods", "list")])
grant("TA101", "every ServiceAccount reads Secrets", group("system:serviceaccounts"), [("", "secrets", "get")], "TA902")
grant("TA102", "another tenant's Server", account("seldon-server", OTHER), [("", "secrets", "get")])
grant("TA102", "another tenant's people", group("recommendation-engine-engineers"), [("mlops.seldon.io", "models", "update")])
grant("TA102", "another tenant's operator", account("seldon-v2-controller-manager-recommendation-engine", PLATFORM), [("mlops.seldon.io", "models", "get")])
grant("TA102", "every ServiceAccount of another tenant", group(f"system:serviceaccounts:{OTHER}"), [("", "pods", "get")])
grant("TA103", "a stranger reads Secrets", user("mallory"), [("", "secrets", "get")])
grant("TA103", "a stranger patches Secrets, which answers with them", user("mallory"), [("", "secrets", "patch")])
grant("TA104", "a stranger deletes policies", user("mallory"), [("networking.k8s.io", "networkpolicies", "delete")])
grant("TA104", "a stranger labels the namespace", user("mallory"), [("", "namespaces", "patch")])
grant("TA105", "a stranger impersonates", user("mallory"), [("", "serviceaccounts", "impersonate")])
grant("TA105", "a stranger takes tokens", user("mallory"), [("", "serviceaccounts/token", "create")])
grant("TA106", "a stranger writes Models", user("mallory"), [("mlops.seldon.io", "models", "update")])
grant("TA107", "a stranger reads", group("auditors"), [("", "configmaps", "get")])
grant("TA110", "the team deletes policies", group("fraud-detection-engineers"), [("networking.k8s.io", "networkpolicies", "delete")])
grant("TA110", "the team makes RoleBindings", group("fraud-detection-engineers"), [(RBAC, "rolebindings", "create")])
grant("TA111", "the team escalates", group("fraud-detection-leads"), [(RBAC, "roles", "escalate")])
grant("TA112", "the team lists Secrets", group("fraud-detection-leads"), [("", "secrets", "list")])
grant("TA113", "the team runs commands", group("fraud-detection-leads"), [("", "pods/exec", "create")])
grant("TA113", "the team uses the proxy", group("fraud-detection-leads"), [("", "services/proxy", "get")])
grant("TA114", "the team starts pods", group("fraud-detection-engineers"), [("batch", "jobs", "create")])
grant("TA115", "the team makes Services", group("fraud-detection-engineers"), [("", "services", "create")])
grant("TA120", "a Role of wildcards for the team", group("fraud-detection-engineers"), [("mlops.seldon.io", "models", "*")])


@fault("TA103", "a stranger reads every Secret of the cluster")
def _(c: Cluster) -> None:
    c.role("all-secrets", ("", "secrets", "get list"), namespace="")
    c.bind("all-secrets", "all-secrets", user("mallory"), namespace="", kind="ClusterRole")


@fault("TA102", "a team's people have rights everywhere")
def _(c: Cluster) -> None:
    c.role("all-models", ("mlops.seldon.io", "models", "get"), namespace="")
    c.bind("all-models", "all-models", group("fraud-detection-leads"), namespace="", kind="ClusterRole")


@fault("TA116", "a tenant's Server has rights of the whole cluster")
def _(c: Cluster) -> None:
    c.bind("server", "view", account("seldon-server"), namespace="", kind="ClusterRole")
    c.get("clusterroles", "view")["rules"] = [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}]


@fault("TA121", "edit is bound to the team", *EXTRA, "TA110", "TA111", "TA112", "TA113", "TA114", "TA115")
def _(c: Cluster) -> None:
    c.bind("editors", "edit", group("fraud-detection-engineers"), kind="ClusterRole")


@fault("TA122", "a ClusterRole gives Seldon rights to everybody with edit")
def _(c: Cluster) -> None:
    c.role("seldon-edit", ("mlops.seldon.io", "models", "create"), namespace="")
    c.get("clusterroles", "seldon-edit")["metadata"]["labels"] = {f"{RBAC}/aggregate-to-edit": "true"}


# Network
@fault("TA201", "no default deny", "TA401", "TA202")
def _(c: Cluster) -> None:
    c.remove("networkpolicies", "tenant-default-deny")


def policy(c: Cluster, name: str, **spec: object) -> None:
    c.add("networkpolicies", name, spec={"podSelector": {}, **spec})


def ingress(rule: str, what: str, entry: Obj, *also: str, selects: Obj | None = None) -> None:
    """One more policy with one rule."""
    FAULTS.append(Fault(rule, what, lambda c: policy(c, "extra", podSelector=selects or {}, policyTypes=["Ingress"], ingress=[entry]), ("TA405", *also)))


def egress(rule: str, what: str, entry: Obj, *also: str) -> None:
    """The same for the other direction."""
    FAULTS.append(Fault(rule, what, lambda c: policy(c, "extra", policyTypes=["Egress"], egress=[entry]), ("TA405", *also)))


def in_namespace(name: str, **labels: str) -> Obj:
    peer: Obj = {"namespaceSelector": {"matchLabels": {NAME: name}}}
    return {**peer, "podSelector": {"matchLabels": labels}} if labels else peer


SERVERS = {"matchLabels": {"app.kubernetes.io/name": "seldon-server"}}
SCHEDULER = {"matchLabels": {"app.kubernetes.io/name": "seldon-scheduler"}}
HTTP = [{"port": 8080}]


@fault("TA202", "pods that nothing restricts", "TA201", "TA401")
def _(c: Cluster) -> None:
    for obj in [obj for obj in c.objects[next(r for r in c.objects if r.plural == "networkpolicies")] if obj["metadata"]["namespace"] == OWN]:
        c.remove("networkpolicies", obj["metadata"]["name"])


ingress("TA203", "another tenant is let in", {"from": [in_namespace(OTHER)], "ports": HTTP})
ingress("TA204", "everybody is let in", {"ports": HTTP})
ingress("TA204", "every namespace is let in", {"from": [{"namespaceSelector": {}}], "ports": HTTP})
ingress("TA204", "every address is let in", {"from": [{"ipBlock": {"cidr": "0.0.0.0/0"}}], "ports": HTTP})
ingress("TA205", "the platform's pods reach the scheduler", {"from": [in_namespace(PLATFORM)], "ports": [{"port": 9004}]}, selects=SCHEDULER)
ingress("TA206", "rclone is open inside the tenant", {"from": [{"podSelector": {}}], "ports": [{"port": 5572}]}, selects=SERVERS)
ingress("TA207", "a label that anybody can set", {"from": [{"namespaceSelector": {"matchLabels": {"name": "ingress-nginx"}}}], "ports": HTTP})
ingress("TA208", "every port for the monitoring", {"from": [in_namespace("monitoring", app="prometheus")]}, selects={"matchLabels": {"app": "own"}})
egress("TA209", "the metadata address", {"to": [{"ipBlock": {"cidr": "169.254.0.0/16"}}], "ports": [{"port": 80}]})
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
    return c.add("pods", "own", spec={"containers": [container], **spec}, status={"phase": "Running", "podIP": "10.1.2.3"}, metadata={"labels": {"app": "own"}})


@fault("TA215", "a pod in its node's network", "TA304")
def _(c: Cluster) -> None:
    pod(c, hostNetwork=True)


@fault("TA216", "a policy that cannot be read", "TA405")
def _(c: Cluster) -> None:
    policy(c, "odd", policyTypes=["Sideways"])


# Pod Security
def relabel(rule: str, what: str, *also: str, **labels: str | None) -> None:
    """Labels of the namespace, by their mode; None takes one away."""

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


@fault("TA306", "tokens for whoever does not ask", "TA403")
def _(c: Cluster) -> None:
    c.get("serviceaccounts", "default")["automountServiceAccountToken"] = True


@fault("TA307", "a system's priority")
def _(c: Cluster) -> None:
    pod(c, priorityClassName="system-cluster-critical")


# Guard-rails
def rewrite(c: Cluster, plural: str, name: str, fields: Obj, manager: str = "kubectl-edit") -> None:
    """What the API server does to managedFields when somebody else writes these fields: the platform's entry loses them."""
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


@fault("TA402", "a Role was made anew")
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
    policy(c, "own", policyTypes=["Ingress"], ingress=[{"from": [{"podSelector": {"matchLabels": {"app": "own"}}}], "ports": HTTP}])


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


# Orphans
@fault("TA501", "the namespace is gone", "TA502", "TA901", "TA902")
def _(c: Cluster) -> None:
    c.remove_namespace(OWN)


@fault("TA502", "an operator of a tenant that is gone")
def _(c: Cluster) -> None:
    c.add("serviceaccounts", "seldon-v2-controller-manager-gone", PLATFORM, metadata={"labels": {"ml-platform.seldon/tenant": "gone"}})


@fault("TA503", "the operator is gone", "TA901")
def _(c: Cluster) -> None:
    c.remove("deployments", f"seldon-v2-controller-manager-{OWN}", PLATFORM)


@fault("TA504", "a claim that is left")
def _(c: Cluster) -> None:
    c.add("persistentvolumeclaims", "mlserver-models-old-0", spec={})


@fault("TA505", "a binding to nothing", *EXTRA)
def _(c: Cluster) -> None:
    c.bind("own", "absent", group("fraud-detection-leads"))


@fault("TA506", "a binding of nobody", *EXTRA)
def _(c: Cluster) -> None:
    c.bind("own", "tenant-viewer", account("absent"))


@fault("TA507", "a published config of a tenant that is gone")
def _(c: Cluster) -> None:
    c.add("serverconfigs", "gone.mlserver-config", PLATFORM, spec={})


@fault("TA508", "an account without rights")
def _(c: Cluster) -> None:
    c.add("serviceaccounts", "own")


# Conditions and events
def condition(obj: Obj, kind: str, **fields: str) -> None:
    conditions = obj.setdefault("status", {}).setdefault("conditions", [])
    conditions[:] = [*(one for one in conditions if one["type"] != kind), {"type": kind, **fields}]


@fault("TA601", "a condition of 2.9")
def _(c: Cluster) -> None:
    condition(c.get("servers", "mlserver"), "StatefulSetReady", status="False")
    condition(c.get("servers", "mlserver"), "Ready", status="False")


@fault("TA602", "a Model is not Ready")
def _(c: Cluster) -> None:
    condition(c.get("models", "fraud-v1-baseline"), "Ready", status="False", reason="ModelFailed")


@fault("TA603", "Ready without pods")
def _(c: Cluster) -> None:
    c.get("statefulsets", "mlserver")["status"]["readyReplicas"] = 0


@fault("TA604", "a Model that cannot be deleted")
def _(c: Cluster) -> None:
    c.get("models", "fraud-v1-baseline")["metadata"].update(deletionTimestamp="2026-11-26T00:00:00Z", finalizers=["seldon.model.finalizer"])


@fault("TA605", "the operator lacks a right", "TA602")
def _(c: Cluster) -> None:
    condition(c.get("servers", "mlserver"), "Ready", status="False", reason=FORBIDDEN)


def event(c: Cluster, message: str, namespace: str = OWN, **about: str) -> None:
    c.add("events", f"event-{len(message)}", namespace, type="Warning", reason="FailedCreate", message=message, involvedObject={"namespace": namespace, **about})


@fault("TA606", "an event of a missing right")
def _(c: Cluster) -> None:
    event(c, FORBIDDEN, kind="Server", name="mlserver")


@fault("TA606", "an event of a missing right in the platform's namespace")
def _(c: Cluster) -> None:
    event(c, FORBIDDEN, PLATFORM, kind="Pod", name="x")


@fault("TA607", "a line of the operator's log")
def _(c: Cluster) -> None:
    c.logs[f"{PLATFORM}/operator-0"] = f"E1127 reflector: {FORBIDDEN}\nall is well"


@fault("TA608", "the quota refuses pods", "TA603")
def _(c: Cluster) -> None:
    c.get("statefulsets", "mlserver")["status"].update(replicas=0, readyReplicas=0)
    event(c, 'create Pod mlserver-0 failed error: pods "mlserver-0" is forbidden: exceeded quota: tenant-quota', kind="StatefulSet", name="mlserver")


@fault("TA609", "Pod Security refuses pods", "TA603")
def _(c: Cluster) -> None:
    c.get("statefulsets", "mlserver")["status"].update(replicas=0, readyReplicas=0)
    event(c, 'pods "mlserver-0" is forbidden: violates PodSecurity "baseline:v1.34": privileged', kind="StatefulSet", name="mlserver")


# Quotas
def used(rule: str, what: str, key: str, value: str) -> None:
    FAULTS.append(Fault(rule, what, lambda c: c.get("resourcequotas", "tenant-quota")["status"]["used"].update({key: value})))


used("TA701", "more than allowed", "requests.cpu", "21")
used("TA702", "nearly everything", "requests.memory", "39Gi")


@fault("TA703", "a key that nobody counts")
def _(c: Cluster) -> None:
    c.get("resourcequotas", "tenant-quota")["spec"]["hard"]["nvidia.com/gpu"] = "0"
    c.get("resourcequotas", "tenant-quota")["status"]["hard"]["nvidia.com/gpu"] = "0"


@fault("TA704", "a status about another spec")
def _(c: Cluster) -> None:
    c.get("resourcequotas", "tenant-quota")["status"] = {}


@fault("TA705", "no limit of CPU")
def _(c: Cluster) -> None:
    quota = c.get("resourcequotas", "tenant-quota")
    for key in ("requests.cpu", "limits.cpu"):
        for fields in (quota["spec"]["hard"], quota["status"]["hard"], quota["status"]["used"]):
            fields.pop(key)


# Dependencies
def container(c: Cluster) -> Obj:
    found: Obj = c.get("serverconfigs", "mlserver-config")["spec"]["podSpec"]["containers"][0]
    return found


def depends(rule: str, what: str, value: str) -> None:
    FAULTS.append(Fault(rule, what, lambda c: container(c).setdefault("env", []).append({"name": "ENDPOINT", "value": value})))


depends("TA801", "another tenant's mesh", f"http://seldon-mesh.{OTHER}/v2")
depends("TA801", "another tenant's scheduler in full", f"seldon-scheduler.{OTHER}.svc.cluster.local:9004")
depends("TA802", "the platform's scheduler", f"seldon-scheduler.{PLATFORM}:9004")
depends("TA803", "a shared Service", "http://features.default.svc:8080")
depends("TA804", "a namespace that does not exist", "http://mlflow.mlflow.svc:5000")


@fault("TA801", "in an argument")
def _(c: Cluster) -> None:
    container(c)["args"] = [f"--tracker=http://tracker.{OTHER}.svc"]


@fault("TA801", "in a URI")
def _(c: Cluster) -> None:
    c.get("models", "fraud-v1-baseline")["spec"]["storageUri"] = f"http://models.{OTHER}.svc/fraud"


@fault("TA805", "a Secret that is not there")
def _(c: Cluster) -> None:
    c.get("models", "fraud-v1-baseline")["spec"]["secretName"] = "absent"


@fault("TA805", "a variable of a Secret that is not there")
def _(c: Cluster) -> None:
    container(c).setdefault("env", []).append({"name": "TOKEN", "valueFrom": {"secretKeyRef": {"name": "absent", "key": "token"}}})


@fault("TA806", "a ConfigMap that is not there")
def _(c: Cluster) -> None:
    c.get("serverconfigs", "mlserver-config")["spec"]["podSpec"].setdefault("volumes", []).append({"name": "more", "configMap": {"name": "absent"}})


@fault("TA807", "placed by another tenant's pods")
def _(c: Cluster) -> None:
    term = {"namespaces": [OTHER], "topologyKey": "kubernetes.io/hostname"}
    c.get("serverconfigs", "mlserver-config")["spec"]["podSpec"]["affinity"] = {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [term]}}


@fault("TA808", "a name that leads to another tenant")
def _(c: Cluster) -> None:
    c.add("services", "mesh", spec={"type": "ExternalName", "externalName": f"seldon-mesh.{OTHER}.svc.cluster.local"})


@fault("TA809", "a name that leads out")
def _(c: Cluster) -> None:
    c.add("services", "tracker", spec={"type": "ExternalName", "externalName": "tracker.example.com"})


@fault("TA810", "another tenant's Model in an Experiment")
def _(c: Cluster) -> None:
    c.get("experiments", "fraud-ab-test-experiment")["spec"]["candidates"].append({"name": "next-basket", "weight": 10})


@fault("TA811", "a Model that is nowhere in an Experiment")
def _(c: Cluster) -> None:
    c.get("experiments", "fraud-ab-test-experiment")["spec"]["mirror"] = {"name": "absent", "percent": 10}


@fault("TA812", "another tenant's published config")
def _(c: Cluster) -> None:
    c.get("servers", "mlserver")["spec"]["serverConfig"] = f"{OTHER}.mlserver-config"


@fault("TA813", "a config that is the platform's only")
def _(c: Cluster) -> None:
    c.get("servers", "mlserver")["spec"]["serverConfig"] = "triton"


@fault("TA814", "a Server that does not exist")
def _(c: Cluster) -> None:
    c.get("models", "fraud-v1-baseline")["spec"]["server"] = "absent"


@fault("TA815", "a Model in no team's namespace")
def _(c: Cluster) -> None:
    c.add("models", "lost", "default", spec={})


# Operators
@fault("TA901", "an operator without pods")
def _(c: Cluster) -> None:
    c.get("deployments", f"seldon-v2-controller-manager-{OWN}", PLATFORM)["status"]["readyReplicas"] = 0


@fault("TA902", "an operator that may do too much", "TA116")
def _(c: Cluster) -> None:
    c.role("all-secrets", ("", "secrets", "get list"), namespace="")
    c.bind("all-secrets", "all-secrets", account(f"seldon-v2-controller-manager-{OWN}", PLATFORM), namespace="", kind="ClusterRole")
