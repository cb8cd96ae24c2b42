# SPDX-License-Identifier: GPL-3.0-or-later
"""Small pods, quotas and limit ranges, and their amounts as text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.quantity import billionths_of
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota.charge import Charge
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota.limit_ranges import read_limit_ranges
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota.object_usage import (
    Admission,
    charge_of,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota.pod import Pod, read_pod
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota.reading import Reading

Json = dict[str, Any]
SPECIFIED: Json = {
    "requests.cpu": "20",
    "requests.memory": "40Gi",
    "limits.cpu": "40",
    "limits.memory": "80Gi",
    "persistentvolumeclaims": "10",
    "services.loadbalancers": "2",
}
"""The quota of a tenant in the specification."""
BARE = Admission(storage_class="")
MLSERVER: Json = {
    "containers": [
        {"name": "rclone", "resources": {"requests": {"cpu": "200m", "memory": "100M"}, "limits": {"memory": "100M"}}},
        {"name": "agent", "resources": {"requests": {"cpu": "500m", "memory": "500M"}, "limits": {"memory": "500M"}}},
        {"name": "mlserver", "resources": {"requests": {"cpu": "1", "memory": "1G"}, "limits": {"memory": "1G"}}},
    ]
}


def amounts(given: Mapping[str, str | int]) -> dict[str, int]:
    return {key: billionths_of(value) for key, value in given.items()}


def container(name: str, requests: Json | None = None, limits: Json | None = None, **more: Any) -> Json:
    return {"name": name, "resources": {"requests": requests or {}, "limits": limits or {}}, **more}


def sidecar(name: str, requests: Json) -> Json:
    return container(name, requests, restartPolicy="Always")


def pod(spec: Json) -> Pod:
    reading = Reading()
    read = read_pod(spec, reading)
    assert not reading.findings
    return read


def charge(spec: Json) -> Charge:
    """The charge of a pod spec without LimitRange defaults."""
    return charge_of(pod(spec))


def quota(hard: Json, used: Json | None = None, name: str = "q", **spec: Any) -> Json:
    """A live quota; with use of 0 where none is given."""
    status = {"hard": hard, "used": {**dict.fromkeys(hard, "0"), **(used or {})}}
    return {"kind": "ResourceQuota", "metadata": {"name": name}, "spec": {"hard": hard, **spec}, "status": status}


def limit_range(*limits: Json, name: str = "limits") -> Json:
    return {"kind": "LimitRange", "metadata": {"name": name}, "spec": {"limits": list(limits)}}


def admission(*limits: Json, storage_class: str | None = "") -> Admission:
    return Admission(read_limit_ranges([limit_range(*limits)]), storage_class)


def claim(size: str, storage_class: str | None = None) -> Json:
    spec: Json = {"resources": {"requests": {"storage": size}}}
    return spec if storage_class is None else {**spec, "storageClassName": storage_class}
