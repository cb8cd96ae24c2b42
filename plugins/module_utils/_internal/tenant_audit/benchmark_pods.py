# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The pods with which the Multi-Tenancy Benchmarks try a tenant's namespace."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from functools import lru_cache
from typing import Any

from ..isolation.pod_security.evaluate import evaluate
from ..isolation.pod_security.policy import Policy

_POD: dict[str, Any] = {
    "securityContext": {"runAsNonRoot": True, "fsGroup": 1000, "seccompProfile": {"type": "RuntimeDefault"}},
    "containers": [
        {
            "name": "one",
            "image": "busybox",
            "securityContext": {
                "runAsNonRoot": True,
                "allowPrivilegeEscalation": False,
                "capabilities": {"drop": ["ALL"]},
            },
        },
    ],
}
"""Complies with every level, unlike the benchmark's own, which level restricted refuses whatever is tested."""


def _container(**context: Any) -> Callable[[dict[str, Any]], None]:
    return lambda pod: pod["containers"][0]["securityContext"].update(context)


def _spec(**fields: Any) -> Callable[[dict[str, Any]], None]:
    return lambda pod: pod.update(fields)


def _root(pod: dict[str, Any]) -> None:
    pod["securityContext"]["runAsNonRoot"] = pod["containers"][0]["securityContext"]["runAsNonRoot"] = False


def _host_port(pod: dict[str, Any]) -> None:
    pod["containers"][0]["ports"] = [{"containerPort": 8086, "hostPort": 8086}]


PODS: Mapping[str, tuple[str, Callable[[dict[str, Any]], None]]] = {
    "MTB-PL1-BC-CPI-3": ("block added capabilities", _container(capabilities={"drop": ["ALL"], "add": ["SETPCAP"]})),
    "MTB-PL1-BC-CPI-4": ("require a user who is not root", _root),
    "MTB-PL1-BC-CPI-5": ("block privileged containers", _container(privileged=True, allowPrivilegeEscalation=True)),
    "MTB-PL1-BC-CPI-6": ("block privilege escalation", _container(allowPrivilegeEscalation=True)),
    "MTB-PL1-BC-HI-1": ("block host paths", _spec(volumes=[{"name": "host", "hostPath": {"path": "/tmp"}}])),
    "MTB-PL1-BC-HI-3": ("block the host's network", _spec(hostNetwork=True)),
    "MTB-PL1-BC-HI-3 ports": ("block the host's ports", _host_port),
    "MTB-PL1-BC-HI-4": ("block the host's process ids", _spec(hostPID=True)),
    "MTB-PL1-BC-HI-5": ("block the host's IPC", _spec(hostIPC=True)),
}
"""The checks' titles, and what each does to that pod."""


@lru_cache(maxsize=256)
def refuses(policy: Policy | None, check: str, release: int) -> tuple[bool, str]:
    """Whether the level refuses the pod of a check for what the check does to it, and why."""
    if policy is None:
        return False, "no Pod Security level is enforced"
    _title, spoil = PODS[check]
    pod = deepcopy(_POD)
    is_accepted = evaluate({}, pod, policy, release).allowed
    spoil(pod)
    answer = evaluate({}, pod, policy, release)
    return is_accepted and not answer.allowed, answer.message or f"{policy} allows it"
