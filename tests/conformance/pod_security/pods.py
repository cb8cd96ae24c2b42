# SPDX-License-Identifier: GPL-3.0-or-later
"""Random pods: they follow every control except for a few violations, most of which an API server can decode."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

Json = dict[str, Any]

CAPABILITIES = (
    "ALL",
    "AUDIT_WRITE",
    "CHOWN",
    "NET_BIND_SERVICE",
    "NET_RAW",
    "SYS_ADMIN",
    "SYS_CHROOT",
    "all",
    "CAP_CHOWN",
)
SYSCTLS = (
    "kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.tcp_syncookies", "net.ipv4.ping_group_range", "net.ipv4.ip_unprivileged_port_start",
    "net.ipv4.ip_local_reserved_ports", "net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_intvl",
    "net.ipv4.tcp_keepalive_probes", "net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem", "net.ipv4.tcp_slow_start_after_idle", "net.ipv4.tcp_notsent_lowat",
    "kernel.msgmax", "net.core.somaxconn", "net/ipv4/tcp_rmem", "fs.mqueue.queues_max",
)  # fmt: skip
TYPES = ("container_t", "container_init_t", "container_kvm_t", "container_engine_t", "spc_t", "", 'a"b')
APPARMOR = ("runtime/default", "localhost/own", "localhost/", "unconfined", "", "other", "local\thost")
SECCOMP = (
    "runtime/default",
    "docker/default",
    "localhost/own.json",
    "unconfined",
    "",
    'quo"ted',
    "back\\slash",
    "line\nbreak",
    "ümlaut",
    "bell\a\x01\x7f",
    "\u200b\U000e0001",
)
VOLUMES: dict[str, Json] = {
    "configMap": {"name": "a"}, "csi": {"driver": "example.com"}, "downwardAPI": {"items": []}, "emptyDir": {},
    "ephemeral": {"volumeClaimTemplate": {"spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}}},
    "image": {"reference": "a/b:1"}, "persistentVolumeClaim": {"claimName": "a"}, "projected": {"sources": []}, "secret": {"secretName": "a"},
    "hostPath": {"path": "/a"}, "gcePersistentDisk": {"pdName": "a"}, "awsElasticBlockStore": {"volumeID": "a"}, "gitRepo": {"repository": "a"},
    "nfs": {"server": "a", "path": "/a"}, "iscsi": {"targetPortal": "a", "iqn": "iqn.2015-02.example.com:test", "lun": 0},
    "glusterfs": {"endpoints": "a", "path": "a"}, "rbd": {"monitors": ["a"], "image": "a"}, "flexVolume": {"driver": "a/b"},
    "cinder": {"volumeID": "a"}, "cephfs": {"monitors": ["a"]}, "flocker": {"datasetName": "a"}, "fc": {"targetWWNs": ["1"], "lun": 0},
    "azureFile": {"secretName": "a", "shareName": "a"}, "vsphereVolume": {"volumePath": "a"}, "quobyte": {"registry": "a:1", "volume": "a"},
    "azureDisk": {"diskName": "a", "diskURI": "https://a.blob.core.windows.net/a/a.vhd", "kind": "Dedicated"}, "photonPersistentDisk": {"pdID": "a"},
    "portworxVolume": {"volumeID": "a"}, "scaleIO": {"gateway": "a", "system": "a", "volumeName": "a", "secretRef": {"name": "a"}},
    "storageos": {"volumeName": "a", "volumeNamespace": "a"},
}  # fmt: skip
_ACTIONS = ("httpGet", "tcpSocket")
_WRONG: tuple[Any, ...] = ("yes", 1, 1.5, True, [], {}, [1], {"a": 1}, 2**40)


def generated(number: int, seed: int) -> Iterator[Json]:
    """Pods as metadata without names, and spec; the same for the same seed."""
    random = Random(seed)
    for _ in range(number):
        yield _pod(random)


def ephemeral(number: int, seed: int) -> Iterator[Json]:
    """Ephemeral containers for running pods; the same for the same seed."""
    random = Random(seed)
    for index in range(number):
        container = _container(f"debug-{index}", random, strict=random.random() < 0.7)
        pod = {"metadata": {}, "spec": {"containers": [container]}}
        for _ in range(random.choice((0, 1, 1, 2, 3))):
            random.choice(_EPHEMERAL)(pod, container, random)
        yield container


def _pod(random: Random) -> Json:
    strict = random.random() < 0.75
    spec: Json = {
        "containers": [
            _container(name, random, strict) for name in ("agent", "mlserver", "rclone")[: random.choice((1, 1, 2, 3))]
        ]
    }
    if random.random() < 0.4:
        spec["initContainers"] = [
            _container(name, random, strict) for name in ("init", "fetch")[: random.choice((1, 2))]
        ]
    if strict or random.random() < 0.5:
        spec["securityContext"] = {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}}
    pod = {"metadata": {}, "spec": spec}
    if random.random() < 0.08:
        _windows(pod, random)
    containers = [*spec.get("initContainers", []), *spec["containers"]]
    for _ in range(random.choice((0, 1, 1, 2, 2, 3, 4, 6))):
        random.choice(_CHANGES)(pod, random.choice(containers), random)
    if random.random() < 0.1:
        _broken(pod, random)
    return pod


def _container(name: str, random: Random, strict: bool) -> Json:
    container: Json = {"name": name, "image": "example.com/a:1", "terminationMessagePolicy": "File"}
    if strict:
        container["securityContext"] = {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}
    elif random.random() < 0.3:
        container["securityContext"] = random.choice(({}, None, {"capabilities": {}}, {"capabilities": {"add": None}}))
    return container


def _windows(pod: Json, random: Random) -> None:
    pod["spec"]["os"] = {"name": "windows"}
    pod["spec"]["securityContext"] = random.choice(({"runAsNonRoot": True}, {}, None))
    for container in [*pod["spec"].get("initContainers", []), *pod["spec"]["containers"]]:
        container.pop("securityContext", None)
    if random.random() < 0.4:
        pod["spec"]["hostNetwork"] = True
        pod["spec"]["securityContext"] = {"windowsOptions": {"hostProcess": True}, "runAsNonRoot": True}


def _security(container: Json) -> Json:
    if not isinstance(container.get("securityContext"), dict):
        container["securityContext"] = {}
    return container["securityContext"]


def _set(key: str, *values: Any) -> Callable[[Json, Json, Random], None]:
    """A change that sets a field of a container's securityContext."""

    def change(_pod: Json, container: Json, random: Random) -> None:
        _security(container)[key] = copy.deepcopy(random.choice(values))

    return change


def _set_pod(key: str, *values: Any) -> Callable[[Json, Json, Random], None]:
    """A change that sets a field of the pod's securityContext."""

    def change(pod: Json, _container: Json, random: Random) -> None:
        _security(pod["spec"])[key] = copy.deepcopy(random.choice(values))

    return change


def _set_spec(key: str, *values: Any) -> Callable[[Json, Json, Random], None]:
    def change(pod: Json, _container: Json, random: Random) -> None:
        pod["spec"][key] = copy.deepcopy(random.choice(values))

    return change


def _privileged(_pod: Json, container: Json, random: Random) -> None:
    """The API server refuses a privileged container with allowPrivilegeEscalation false as invalid."""
    _security(container)["privileged"] = random.choice((True, True, False, None))
    if random.random() < 0.8:
        _security(container).pop("allowPrivilegeEscalation", None)


def _capabilities(_pod: Json, container: Json, random: Random) -> None:
    found = {key: random.sample(CAPABILITIES, random.choice((0, 1, 2, 3))) for key in ("add", "drop")}
    if random.random() < 0.7:
        found["drop"].append("ALL")
    _security(container)["capabilities"] = found


def _selinux(pod: Json, container: Json, random: Random) -> None:
    options: Json = {"type": random.choice(TYPES)}
    for key in ("user", "role"):
        if random.random() < 0.3:
            options[key] = random.choice(("", "system_u"))
    _security(random.choice((container, pod["spec"])))["seLinuxOptions"] = options


def _apparmor_annotation(pod: Json, container: Json, random: Random) -> None:
    annotations = pod["metadata"].setdefault("annotations", {})
    annotations[f"container.apparmor.security.beta.kubernetes.io/{container['name']}"] = random.choice(
        (*APPARMOR, "unconfined", "unconfined")
    )


def _seccomp_annotation(pod: Json, container: Json, random: Random) -> None:
    keys = (
        "seccomp.security.alpha.kubernetes.io/pod",
        f"container.seccomp.security.alpha.kubernetes.io/{container['name']}",
    )
    pod["metadata"].setdefault("annotations", {})[random.choice(keys)] = random.choice(SECCOMP)


def _sysctls(pod: Json, _container: Json, random: Random) -> None:
    _security(pod["spec"])["sysctls"] = [
        {"name": name, "value": "1"} for name in random.sample(SYSCTLS, random.choice((1, 2, 3)))
    ]


def _volumes(pod: Json, _container: Json, random: Random) -> None:
    kinds = random.sample(sorted(VOLUMES), random.choice((1, 2, 4)))
    volumes = [{"name": f"v-{kind.lower()}", kind: copy.deepcopy(VOLUMES[kind])} for kind in kinds]
    if random.random() < 0.2:
        volumes.append({"name": "nothing", "hostPath": None})
    pod["spec"]["volumes"] = volumes


def _ports(_pod: Json, container: Json, random: Random) -> None:
    numbers = random.sample((80, 443, 8080, 9000, 10250), random.choice((1, 2, 3)))
    container["ports"] = [
        {"containerPort": number, **({"hostPort": random.choice((0, number))} if random.random() < 0.7 else {})}
        for number in numbers
    ]


def _hosts(_pod: Json, container: Json, random: Random) -> None:
    action = random.choice(_ACTIONS)
    handler: Json = {action: {"port": 80, "host": random.choice(("", "127.0.0.1", "example.com", "::1", None))}}
    place = random.choice(("livenessProbe", "readinessProbe", "startupProbe", "postStart", "preStop"))
    if place in ("postStart", "preStop"):
        container.setdefault("lifecycle", {})[place] = handler
    else:
        container[place] = handler
    if random.random() < 0.5:
        container["restartPolicy"] = "Always"


def _host_process(pod: Json, _container: Json, random: Random) -> None:
    _windows(pod, random)
    pod["spec"]["hostNetwork"] = True
    for container in [*pod["spec"].get("initContainers", []), *pod["spec"]["containers"]]:
        container["securityContext"] = {"windowsOptions": {"hostProcess": True}}


def _unmasked(pod: Json, container: Json, random: Random) -> None:
    pod["spec"]["hostUsers"] = False
    _security(container)["procMount"] = random.choice(("Unmasked", "Default", None))


def _profile(key: str, kinds: tuple[str, ...]) -> Callable[[Json, Json, Random], None]:
    def change(pod: Json, container: Json, random: Random) -> None:
        kind = random.choice(kinds)
        profile = {"type": kind, **({"localhostProfile": "own.json"} if kind == "Localhost" else {})}
        _security(random.choice((container, pod["spec"])))[key] = random.choice((profile, profile, profile, None))

    return change


def _broken(pod: Json, random: Random) -> None:
    """Puts a value of any type somewhere: API servers cannot decode most of these pods."""
    where = random.choice(
        (
            pod["spec"],
            random.choice(pod["spec"]["containers"]),
            _security(pod["spec"]),
            _security(pod["spec"]["containers"][0]),
        )
    )
    keys = (
        "securityContext",
        "hostNetwork",
        "hostUsers",
        "os",
        "volumes",
        "ports",
        "runAsUser",
        "runAsNonRoot",
        "capabilities",
        "privileged",
        "seccompProfile",
    )
    where[random.choice(keys)] = random.choice(_WRONG)


_PROFILES = ("RuntimeDefault", "Localhost", "Unconfined")
_OF_CONTAINERS = (
    _privileged,
    _set("allowPrivilegeEscalation", True, False, None),
    _set("runAsNonRoot", True, False, None),
    _set("runAsUser", 0, 1, 1000, None),
    _set("procMount", "Default", "Unmasked", None),
    _set("windowsOptions", {"hostProcess": True}, {"hostProcess": False}, {}),
    _capabilities,
    _hosts,
    _ports,
    _selinux,
    _profile("seccompProfile", _PROFILES),
    _profile("appArmorProfile", _PROFILES),
)
_EPHEMERAL = tuple(change for change in _OF_CONTAINERS if change not in (_hosts, _ports))
_CHANGES = (
    *_OF_CONTAINERS,
    _apparmor_annotation,
    _seccomp_annotation,
    _sysctls,
    _volumes,
    _unmasked,
    _host_process,
    _set_pod("runAsNonRoot", True, False, None),
    _set_pod("runAsUser", 0, 1, 1000, None),
    _set_pod("windowsOptions", {"hostProcess": True}, {"hostProcess": False}, {}),
    _set_pod("sysctls", [], None),
    _set_spec("hostNetwork", True, False, None),
    _set_spec("hostPID", True, False),
    _set_spec("hostIPC", True, False),
    _set_spec("hostUsers", True, False, False, None),
    _set_spec("os", {"name": "linux"}, {"name": "windows"}, None),
    _set_spec("securityContext", None, {}),
)
