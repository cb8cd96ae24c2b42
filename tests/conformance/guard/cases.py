# SPDX-License-Identifier: GPL-3.0-or-later
"""The one list of hostile and ordinary objects: each is judged before a write, and sent to a real API server."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.conformance.guard.objects import (
    TENANT,
    Json,
    claim,
    container,
    cron_job,
    deployment,
    env,
    init_container,
    job,
    model,
    pod,
    seldon_config,
    seldon_runtime,
    server,
    server_config,
    service,
    stateful_set,
)


@dataclass(frozen=True)
class Case:
    """``rule`` is the identifier that the refusal has to name; empty if the object has to pass."""

    name: str
    rule: str
    object: Json


def _affinity(kind: str, **term: Any) -> Json:
    whole = {"topologyKey": "kubernetes.io/hostname", "labelSelector": {"matchLabels": {"app": "a"}}, **term}
    return pod(affinity={kind: {"requiredDuringSchedulingIgnoredDuringExecution": [whole]}})


def _preferred(kind: str, **term: Any) -> Json:
    whole = {"topologyKey": "kubernetes.io/hostname", **term}
    return pod(
        affinity={kind: {"preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 1, "podAffinityTerm": whole}]}}
    )


def _nodes(key: str, operator: str = "Exists") -> Json:
    terms = [{"matchExpressions": [{"key": key, "operator": operator}]}]
    return pod(
        affinity={"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": terms}}}
    )


def _preferred_nodes(key: str) -> Json:
    preference = {"matchExpressions": [{"key": key, "operator": "In", "values": [""]}]}
    return pod(
        affinity={
            "nodeAffinity": {
                "preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 1, "preference": preference}]
            }
        }
    )


def _volume(**source: Any) -> Json:
    return pod(volumes=[{"name": "more", **source}])


CONTROL_PLANE = "node-role.kubernetes.io/control-plane"
HOSTILE_PODS: tuple[tuple[str, str, Json], ...] = (
    ("host network", "SG101", pod(hostNetwork=True)),
    ("host processes", "SG101", pod(hostPID=True)),
    ("host IPC", "SG101", pod(hostIPC=True)),
    ("one process namespace", "SG102", pod(shareProcessNamespace=True)),
    ("account of the scheduler", "SG103", pod(serviceAccountName="seldon-scheduler")),
    ("account of the hodometer", "SG103", pod(serviceAccountName="hodometer")),
    ("account of an operator", "SG103", pod(serviceAccountName="seldon-v2-controller-manager-other")),
    ("another scheduler", "SG104", pod(schedulerName="mine")),
    ("a node by name", "SG105", pod(nodeName="node-0")),
    ("control plane by selector", "SG106", pod(nodeSelector={CONTROL_PLANE: ""})),
    ("control plane by its old name", "SG106", pod(nodeSelector={"node-role.kubernetes.io/master": ""})),
    ("control plane by affinity", "SG106", _nodes(CONTROL_PLANE)),
    ("control plane by preference", "SG106", _preferred_nodes(CONTROL_PLANE)),
    ("every taint", "SG107", pod(tolerations=[{"operator": "Exists"}])),
    ("every taint by an empty key", "SG107", pod(tolerations=[{"key": "", "operator": "Exists"}])),
    (
        "every taint among others",
        "SG107",
        pod(
            tolerations=[
                {"key": "nvidia.com/gpu", "operator": "Exists"},
                {"operator": "Exists", "effect": "NoSchedule"},
            ]
        ),
    ),
    ("taint of the control plane", "SG107", pod(tolerations=[{"key": CONTROL_PLANE, "operator": "Exists"}])),
    ("critical priority", "SG108", pod(priorityClassName="system-node-critical")),
    ("critical priority of the cluster", "SG108", pod(priorityClassName="system-cluster-critical")),
    ("another runtime", "SG109", pod(runtimeClassName="privileged-runtime")),
    ("aliases of hosts", "SG110", pod(hostAliases=[{"ip": "10.0.0.1", "hostnames": ["seldon-scheduler"]}])),
    ("DNS of the node", "SG111", pod(dnsPolicy="Default")),
    ("DNS of one's own", "SG111", pod(dnsPolicy="None", dnsConfig={"nameservers": ["192.0.2.1"]})),
    ("another nameserver", "SG111", pod(dnsConfig={"nameservers": ["192.0.2.1"]})),
    ("search in another namespace", "SG111", pod(dnsConfig={"searches": ["other.svc.cluster.local"]})),
    ("affinity to another namespace", "SG112", _affinity("podAffinity", namespaces=["other"])),
    ("affinity to own and another namespace", "SG112", _affinity("podAffinity", namespaces=[TENANT, "other"])),
    ("affinity to all namespaces", "SG112", _affinity("podAffinity", namespaceSelector={})),
    ("anti-affinity to another namespace", "SG112", _affinity("podAntiAffinity", namespaces=["other"])),
    (
        "anti-affinity by labels of namespaces",
        "SG112",
        _affinity("podAntiAffinity", namespaceSelector={"matchLabels": {"a": "b"}}),
    ),
    ("preferred affinity to another namespace", "SG112", _preferred("podAffinity", namespaces=["other"])),
    ("preferred anti-affinity to all namespaces", "SG112", _preferred("podAntiAffinity", namespaceSelector={})),
    ("NFS", "SG113", _volume(nfs={"server": "192.0.2.1", "path": "/"})),
    ("iSCSI", "SG113", _volume(iscsi={"targetPortal": "192.0.2.1", "iqn": "iqn.2001-04.com.example:a", "lun": 0})),
    ("Ceph", "SG113", _volume(cephfs={"monitors": ["192.0.2.1"]})),
    ("a repository", "SG113", _volume(gitRepo={"repository": "https://example.com/a"})),
    ("a driver of the node", "SG113", _volume(flexVolume={"driver": "example/driver"})),
    ("the node's files", "SG114", _volume(hostPath={"path": "/"})),
    ("the node's socket", "SG114", _volume(hostPath={"path": "/run/containerd/containerd.sock", "type": "Socket"})),
    ("an unsafe sysctl", "SG115", pod(securityContext={"sysctls": [{"name": "kernel.msgmax", "value": "1"}]})),
    (
        "another team's data by name",
        "SG117",
        _volume(ephemeral={"volumeClaimTemplate": {"spec": claim(volumeName="pv-1")["spec"]}}),
    ),
    ("privileged", "SG201", container(securityContext={"privileged": True})),
    ("privileged at the start", "SG201", init_container(securityContext={"privileged": True})),
    ("administration of the node", "SG202", container(securityContext={"capabilities": {"add": ["SYS_ADMIN"]}})),
    ("all capabilities", "SG202", container(securityContext={"capabilities": {"add": ["CHOWN", "ALL"]}})),
    ("raw packets", "SG202", init_container(securityContext={"capabilities": {"add": ["NET_RAW"]}})),
    (
        "a port of the node",
        "SG203",
        container(ports=[{"containerPort": 80}, {"containerPort": 9000, "hostPort": 9000}]),
    ),
    ("an unmasked /proc", "SG204", container(securityContext={"procMount": "Unmasked"})),
    (
        "a probe of the metadata",
        "SG205",
        container(livenessProbe={"httpGet": {"host": "169.254.169.254", "path": "/", "port": 80}}),
    ),
    ("a probe of another host", "SG205", container(readinessProbe={"tcpSocket": {"host": "10.0.0.1", "port": 6443}})),
    ("a probe at the start", "SG205", container(startupProbe={"httpGet": {"host": "localhost", "port": 10255}})),
    (
        "a hook to another host",
        "SG205",
        container(lifecycle={"preStop": {"httpGet": {"host": "10.0.0.1", "port": 80}}}),
    ),
    (
        "a hook to a port of another host",
        "SG205",
        container(lifecycle={"postStart": {"tcpSocket": {"host": "10.0.0.1", "port": 80}}}),
    ),
    ("no seccomp for the pod", "SG207", pod(securityContext={"seccompProfile": {"type": "Unconfined"}})),
    ("no seccomp for a container", "SG207", container(securityContext={"seccompProfile": {"type": "Unconfined"}})),
    ("no AppArmor", "SG207", container(securityContext={"appArmorProfile": {"type": "Unconfined"}})),
    ("a process of the Windows host", "SG208", container(securityContext={"windowsOptions": {"hostProcess": True}})),
)
FOREIGN_IMAGES = (
    "evil.io/registry.example/mlserver:1",
    "registry.example.evil.io/mlserver:1",
    "evil-registry.example/mlserver:1",
    "registry.exampl/mlserver",
    "registryXexample/mlserver",
    "Registry.example/mlserver",
    "registry.example:5000/other/mlserver:1",
    "registry.example:5000/team2/mlserver:1",
    "registry.example:443/mlserver",
    "registry.example@evil.io/mlserver",
    "evil.io/mlserver@sha256:aaaabbbbccccddddeeeeffff0000111122223333444455556666777788889999",
    "mlserver",
    "nginx:1.27",
    "library/nginx",
    "docker.io/mlserver",
    "docker.io/other/mlserver:1",
    "docker.io/seldonio2/mlserver",
    "seldonio2/mlserver",
    "index.docker.io/other/mlserver",
    "localhost/seldonio/mlserver",
    "localhost:5000/seldonio/mlserver",
    "SELDONIO/mlserver",
    "docker.io.evil.io/seldonio/mlserver",
    "registry.example",
)
OWN_IMAGES = (
    "registry.example/mlserver",
    "registry.example/a/b/mlserver:1.7.1",
    "registry.example/mlserver@sha256:aaaabbbbccccddddeeeeffff0000111122223333444455556666777788889999",
    "registry.example/mlserver:1@sha256:aaaabbbbccccddddeeeeffff0000111122223333444455556666777788889999",
    "registry.example:5000/team/mlserver:1",
    "docker.io/seldonio/mlserver:1.7.1",
    "index.docker.io/seldonio/mlserver:1.7.1",
    "seldonio/mlserver:1.7.1",
    "registry.example/evil.io/mlserver",
)
SELDON_PODS: tuple[tuple[str, str, Json], ...] = (
    ("another tenant's scheduler", "SG301", env(name="SELDON_SCHEDULER_HOST", value="seldon-scheduler.other")),
    (
        "another tenant's scheduler in full",
        "SG301",
        env(name="SELDON_SCHEDULER_HOST", value="seldon-scheduler.other.svc.cluster.local"),
    ),
    ("a scheduler outside", "SG301", env(name="SELDON_SCHEDULER_HOST", value=f"seldon-scheduler.{TENANT}.svc.evil.io")),
    ("a scheduler outside with the namespace", "SG301", env(name="SELDON_SCHEDULER_HOST", value=f"{TENANT}.evil.io")),
    (
        "another namespace that ends alike",
        "SG301",
        env(name="SELDON_SCHEDULER_HOST", value=f"seldon-scheduler.un{TENANT}"),
    ),
    ("another tenant's mesh", "SG301", env(name="SELDON_ENVOY_HOST", value="seldon-mesh.other.svc")),
    ("a scheduler by address", "SG301", env(name="SELDON_SCHEDULER_HOST", value="10.0.0.1")),
    ("a scheduler by a variable", "SG301", env(name="SELDON_SCHEDULER_HOST", value="$(OTHER)")),
    (
        "a scheduler from a ConfigMap",
        "SG301",
        env(name="SELDON_SCHEDULER_HOST", valueFrom={"configMapKeyRef": {"name": "a", "key": "b"}}),
    ),
    ("another namespace", "SG302", env(name="POD_NAMESPACE", value="other")),
    ("another namespace by a variable", "SG302", env(name="POD_NAMESPACE", value="$(OTHER)")),
    (
        "a label as namespace",
        "SG302",
        env(name="POD_NAMESPACE", valueFrom={"fieldRef": {"fieldPath": "metadata.labels['a']"}}),
    ),
    (
        "a Secret as namespace",
        "SG302",
        env(name="POD_NAMESPACE", valueFrom={"secretKeyRef": {"name": "a", "key": "b"}}),
    ),
    ("a flag for the scheduler", "SG303", container("agent", args=["--scheduler-host=seldon-scheduler.other"])),
    ("a short flag for the mesh", "SG303", container("agent", args=["-envoy-host", "seldon-mesh.other"])),
    ("a flag in the command", "SG303", container("agent-2", command=["/bin/agent", "--scheduler-host", "a"])),
)
HOSTILE_LABELS = (
    ("control-plane", "v2-controller-manager", "SG401"),
    ("control-plane", "anything", "SG401"),
    ("ml-platform.seldon/tenant", "other", "SG401"),
    ("ml-platform.seldon/anything", "", "SG401"),
    ("sidecar.istio.io/inject", "false", "SG403"),
    ("istio.io/dataplane-mode", "none", "SG403"),
    ("security.istio.io/tlsMode", "disabled", "SG403"),
    ("aadpodidbinding", "platform", "SG405"),
)
HOSTILE_ANNOTATIONS = (
    ("sidecar.istio.io/inject", "false", "SG403"),
    ("traffic.sidecar.istio.io/excludeOutboundPorts", "443", "SG403"),
    ("linkerd.io/inject", "disabled", "SG403"),
    ("config.linkerd.io/skip-outbound-ports", "443", "SG403"),
    ("k8s.v1.cni.cncf.io/networks", "host-net", "SG404"),
    ("v1.multus-cni.io/default-network", "kube-system/host-net", "SG404"),
    ("cni.projectcalico.org/ipAddrs", '["10.0.0.1"]', "SG404"),
    ("policy.cilium.io/proxy-visibility", "<Egress/53/UDP/DNS>", "SG404"),
    ("iam.amazonaws.com/role", "admin", "SG405"),
    ("container.apparmor.security.beta.kubernetes.io/mlserver", "unconfined", "SG406"),
    ("seccomp.security.alpha.kubernetes.io/pod", "unconfined", "SG406"),
)
HOSTILE_URIS = (
    (":http,url='http://x.other.svc':models", "SG601"),
    (":local:/etc", "SG601"),
    (" :s3,env_auth=true:bucket", "SG601"),
    ("minio,endpoint='http://minio.other.svc:9000':models", "SG601"),
    ("file:///etc/passwd", "SG602"),
    ("FILE:///etc/passwd", "SG602"),
    ("local:/models", "SG602"),
    ("/etc/passwd", "SG602"),
    ("//etc/passwd", "SG602"),
    ("/proc/self/environ", "SG602"),
    ("/var/run/secrets/kubernetes.io/serviceaccount/token", "SG602"),
    ("/rclone/rclone.conf", "SG602"),
    ("/models/../etc/passwd", "SG602"),
    ("../rclone", "SG602"),
    ("http://minio.other.svc:9000/models", "SG603"),
    ("http://minio.other.svc.cluster.local/models", "SG603"),
    ("http://MINIO.other.SVC/models", "SG603"),
    ("s3://minio.other.svc.cluster.local./models", "SG603"),
    (f"http://minio.{TENANT}.svc@minio.other.svc/models", "SG603"),
    (f"http://minio.{TENANT}.svc.other.svc/models", "SG603"),
    ("http://seldon-scheduler.seldon-system.svc/models", "SG603"),
    ("http://169.254.169.254/latest/meta-data", "SG603"),
    ("http://user@169.254.169.254/latest", "SG603"),
    ("http://metadata.google.internal/computeMetadata/v1", "SG603"),
    ("https://kubernetes.default.svc/api", "SG603"),
    ("https://kubernetes/api", "SG603"),
    ("http://localhost:5572/rc", "SG603"),
    ("http://127.0.0.1:5572/rc", "SG603"),
    ("http://[::1]:5572/rc", "SG603"),
    ("http://minio.other.svc/a\nb", "SG603"),
    ("/etc/passwd\n", "SG602"),
)
ORDINARY_URIS = (
    "gs://seldon-models/scv2/samples/mlserver_1.5.0/iris-sklearn",
    "s3://models/fraud/v1",
    "minio:bucket/models/iris",
    "azure-blob://models/iris",
    "https://storage.example.com/models/iris",
    "/var/models/iris",
    "/mnt/models/etc/iris",
    "models/iris",
    f"http://minio.{TENANT}.svc:9000/models",
    f"http://minio.{TENANT}.svc.cluster.local/models",
    "s3://my.bucket.with.dots/localhost-model/kubernetes",
    "s3://bucket/models.svc/http://a",
    "hf://org/model..v2",
)
HOSTILE_SERVICES: tuple[tuple[str, str, Json], ...] = (
    ("another host's address", "SG701", {"externalIPs": ["10.0.0.1"]}),
    (
        "another namespace's service",
        "SG702",
        {"type": "ExternalName", "externalName": "seldon-scheduler.other.svc.cluster.local"},
    ),
    (
        "another namespace's service in short",
        "SG702",
        {"type": "ExternalName", "externalName": "seldon-scheduler.other.svc"},
    ),
    (
        "another namespace's service with a dot",
        "SG702",
        {"type": "ExternalName", "externalName": "seldon-scheduler.other.svc.cluster.local."},
    ),
    ("the API server", "SG702", {"type": "ExternalName", "externalName": "kubernetes.default.svc"}),
    ("the node's metadata", "SG702", {"type": "ExternalName", "externalName": "169.254.169.254"}),
    ("the cloud's metadata", "SG702", {"type": "ExternalName", "externalName": "metadata.google.internal"}),
    ("the node", "SG702", {"type": "ExternalName", "externalName": "localhost"}),
)
ORDINARY_PODS: tuple[tuple[str, Json], ...] = (
    (
        "resources",
        container(
            resources={
                "requests": {"cpu": "1", "nvidia.com/gpu": "1"},
                "limits": {"memory": "1Gi", "nvidia.com/gpu": "1"},
            }
        ),
    ),
    (
        "nodes with a GPU",
        pod(
            nodeSelector={"accelerator": "nvidia-l4", "node-role.kubernetes.io/gpu": ""},
            tolerations=[{"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"}],
        ),
    ),
    ("the GPU's runtime", pod(runtimeClassName="nvidia")),
    ("not on the control plane", _nodes(CONTROL_PLANE, "DoesNotExist")),
    (
        "time before an eviction",
        pod(
            tolerations=[
                {
                    "key": "node.kubernetes.io/not-ready",
                    "operator": "Exists",
                    "effect": "NoExecute",
                    "tolerationSeconds": 30,
                }
            ]
        ),
    ),
    ("spread over nodes", _affinity("podAntiAffinity")),
    ("spread within the own namespace", _affinity("podAntiAffinity", namespaces=[TENANT])),
    ("a claim", _volume(persistentVolumeClaim={"claimName": "models"})),
    (
        "configuration",
        pod(
            volumes=[
                {"name": "a", "configMap": {"name": "a"}},
                {"name": "b", "secret": {"secretName": "b"}},
                {"name": "c", "emptyDir": {}},
            ]
        ),
    ),
    (
        "a token for another audience",
        _volume(projected={"sources": [{"serviceAccountToken": {"audience": "vault", "path": "token"}}]}),
    ),
    ("a volume for the pod's life", _volume(ephemeral={"volumeClaimTemplate": {"spec": claim()["spec"]}})),
    ("the team's own account", pod(serviceAccountName="s3-reader", automountServiceAccountToken=True)),
    ("a priority of the team's", pod(priorityClassName="batch")),
    ("DNS options", pod(dnsPolicy="ClusterFirst", dnsConfig={"options": [{"name": "ndots", "value": "2"}]})),
    (
        "restricted security",
        container(
            securityContext={
                "allowPrivilegeEscalation": False,
                "privileged": False,
                "procMount": "Default",
                "capabilities": {"drop": ["ALL"], "add": ["NET_BIND_SERVICE"]},
                "seccompProfile": {"type": "RuntimeDefault"},
            }
        ),
    ),
    (
        "a safe sysctl",
        pod(securityContext={"sysctls": [{"name": "net.ipv4.ip_unprivileged_port_start", "value": "80"}]}),
    ),
    (
        "false where true is hostile",
        pod(hostNetwork=False, hostPID=False, shareProcessNamespace=False, schedulerName="default-scheduler"),
    ),
    (
        "probes",
        container(
            livenessProbe={"httpGet": {"path": "/live", "port": 9000}},
            readinessProbe={"tcpSocket": {"port": 9000}},
            lifecycle={"preStop": {"httpGet": {"path": "/terminate", "port": 9007}}},
        ),
    ),
    ("own scheduler", env(name="SELDON_SCHEDULER_HOST", value="seldon-scheduler")),
    ("own scheduler in full", env(name="SELDON_SCHEDULER_HOST", value=f"seldon-scheduler.{TENANT}.svc.cluster.local")),
    ("own mesh", env(name="SELDON_ENVOY_HOST", value=f"seldon-mesh.{TENANT}")),
    (
        "flags for own hosts",
        container("agent", args=["--scheduler-host=seldon-scheduler", f"-envoy-host=seldon-mesh.{TENANT}"]),
    ),
    ("own namespace", env(name="POD_NAMESPACE", valueFrom={"fieldRef": {"fieldPath": "metadata.namespace"}})),
    ("own namespace as text", env(name="POD_NAMESPACE", value=TENANT)),
    (
        "other variables",
        container(
            env=[
                {"name": "AWS_ENDPOINT_HOST", "value": "minio.other.svc"},
                {"name": "TOKEN", "valueFrom": {"secretKeyRef": {"name": "a", "key": "b"}}},
            ]
        ),
    ),
    (
        "another container",
        pod(
            initContainers=[{"name": "prepare", "image": "registry.example/prepare:1", "command": ["sh", "-c", "true"]}]
        ),
    ),
    ("no image of its own", {"containers": [{"name": "mlserver", "resources": {"requests": {"cpu": "1"}}}]}),
)


def cases() -> Iterator[Case]:
    """All cases. Those of rule SG206 assume the registries REGISTRIES."""
    for name, rule, spec in (*HOSTILE_PODS, *SELDON_PODS):
        for kind, made in (("Server", server(spec)), ("ServerConfig", server_config(spec))):
            yield Case(f"{kind}: {name}", rule, made)
    for image in FOREIGN_IMAGES:
        yield Case(f"ServerConfig: image {image}", "SG206", server_config(container(image=image)))
        yield Case(f"Server: init container {image}", "SG206", server(init_container(image=image)))
    yield Case("ServerConfig: image volume", "SG206", server_config(_volume(image={"reference": "evil.io/a:1"})))
    for image in OWN_IMAGES:
        yield Case(f"ServerConfig: image {image}", "", server_config(container(image=image)))
        yield Case(f"Server: init container {image}", "", server(init_container(image=image)))
    yield from _of_one_kind()
    yield from _labels()
    for uri, rule in HOSTILE_URIS:
        yield Case(f"Model: {uri}", rule, model(uri))
    for uri in ORDINARY_URIS:
        yield Case(f"Model: {uri}", "", model(uri))
    for name, rule, spec in HOSTILE_SERVICES:
        yield Case(f"Service: {name}", rule, service(**spec))
    for name, spec in ORDINARY_PODS:
        for kind, made in (("Server", server(spec)), ("ServerConfig", server_config(spec))):
            yield Case(f"{kind}: {name}", "", made)
    yield from _ordinary()


def _of_one_kind() -> Iterator[Case]:
    yield Case("Server: command of the agent", "SG304", server(container("agent", command=["sh"])))
    yield Case("ServerConfig: command of the agent", "", server_config(container("agent", command=["/bin/agent"])))
    yield Case("Server: command of another container", "", server(container("helper", command=["sh"])))
    yield Case(
        "ServerConfig: deprecated name of an account", "SG103", server_config(pod(serviceAccount="seldon-scheduler"))
    )
    ephemeral = [{"name": "debug", "image": "registry.example/debug:1"}]
    yield Case("ServerConfig: ephemeral containers", "SG116", server_config(pod(ephemeralContainers=ephemeral)))
    yield Case(
        "ServerConfig: another team's data",
        "SG501",
        server_config(claims=[claim(), {**claim(volumeName="pv-1"), "name": "b"}]),
    )
    yield Case("ServerConfig: a claim", "", server_config(claims=[claim(storageClassName="fast")]))
    for name, rule, spec in (HOSTILE_PODS[0], HOSTILE_PODS[14], HOSTILE_PODS[37]):
        yield Case(f"SeldonRuntime: {name}", rule, seldon_runtime(spec))
        yield Case(f"SeldonConfig: {name}", rule, seldon_config(spec))
        yield Case(f"Deployment: {name}", rule, deployment(spec))
        yield Case(f"StatefulSet: {name}", rule, stateful_set(spec))
        yield Case(f"Job: {name}", rule, job(spec))
        yield Case(f"CronJob: {name}", rule, cron_job(spec))
    yield Case(
        "SeldonRuntime: an account of the scheduler's", "", seldon_runtime(pod(serviceAccountName="seldon-scheduler"))
    )
    yield Case(
        "SeldonRuntime: another scheduler",
        "SG301",
        seldon_runtime(env(name="SELDON_UPSTREAM_HOST", value="seldon-scheduler.other")),
    )
    yield Case("SeldonConfig: ephemeral containers", "SG116", seldon_config(pod(ephemeralContainers=ephemeral)))
    yield Case(
        "SeldonConfig: another team's data",
        "SG501",
        seldon_config(pod(), volumeClaimTemplates=[claim(volumeName="pv-1")]),
    )
    yield Case(
        "SeldonConfig: labels of a component",
        "SG401",
        seldon_config(pod(), labels={"control-plane": "v2-controller-manager"}),
    )
    yield Case("SeldonConfig: scraping", "", seldon_config(pod(), annotations={"prometheus.io/scrape": "true"}))
    yield Case(
        "Deployment: an account of the scheduler's", "SG103", deployment(pod(serviceAccountName="seldon-scheduler"))
    )
    yield Case("Deployment: the deprecated name of it", "SG103", deployment(pod(serviceAccount="seldon-scheduler")))
    yield Case("Deployment: another image", "SG206", deployment(container(image="evil.io/a")))
    yield Case(
        "Deployment: a component's name",
        "SG402",
        deployment(pod(), labels={"app.kubernetes.io/name": "seldon-scheduler"}),
    )
    yield Case("StatefulSet: another team's data", "SG501", stateful_set(pod(), claims=[claim(volumeName="pv-1")]))


def _labels() -> Iterator[Case]:
    for key, value, rule in HOSTILE_LABELS:
        yield Case(f"Server: label {key}={value}", rule, server(labels={"team": "fraud", key: value}))
        yield Case(f"ServerConfig: label {key}={value}", rule, server_config(labels={key: value}))
        yield Case(f"Deployment: label {key}={value}", rule, deployment(pod(), labels={key: value}))
    for key, value, rule in HOSTILE_ANNOTATIONS:
        yield Case(f"Server: annotation {key}", rule, server(annotations={key: value}))
        yield Case(f"ServerConfig: annotation {key}", rule, server_config(annotations={key: value}))
        yield Case(f"Deployment: annotation {key}", rule, deployment(pod(), annotations={key: value}))


def _ordinary() -> Iterator[Case]:
    labels = {
        "team": "fraud",
        "app.kubernetes.io/name": "fraud",
        "app.kubernetes.io/managed-by": "Helm",
        "applyset.kubernetes.io/part-of": "a",
        "control-plane-ish": "a",
    }
    annotations = {
        "prometheus.io/scrape": "true",
        "kubectl.kubernetes.io/restartedAt": "now",
        "example.com/owner": "sidecar.istio.io/inject",
    }
    yield Case("Server: no podSpec", "", server())
    yield Case("Server: labels", "", server(labels=labels, annotations=annotations))
    yield Case("ServerConfig: labels", "", server_config(labels=labels, annotations=annotations))
    yield Case("Deployment: ordinary", "", deployment(pod(), labels={"team": "fraud"}, annotations=annotations))
    yield Case("StatefulSet: ordinary", "", stateful_set(pod(), claims=[claim()]))
    yield Case("Job: ordinary", "", job(pod()))
    yield Case("CronJob: ordinary", "", cron_job(pod()))
    yield Case("SeldonRuntime: ordinary", "", seldon_runtime(container(resources={"requests": {"cpu": "1"}})))
    yield Case("SeldonConfig: ordinary", "", seldon_config(pod()))
    yield Case("Service: ordinary", "", service(selector={"app": "cache"}))
    yield Case("Service: another host", "", service(type="ExternalName", externalName="db.example.com"))
    yield Case(
        "Service: own namespace",
        "",
        service(type="ExternalName", externalName=f"seldon-mesh.{TENANT}.svc.cluster.local"),
    )
    yield Case("Service: a name that is not used", "", service(type="ClusterIP", externalName="seldon-mesh.other.svc"))
