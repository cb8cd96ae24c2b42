# SPDX-License-Identifier: GPL-3.0-or-later
"""What the applyset tests share: one call of the core, and requests beside it, as other people would send them."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ansible_collections.ml_platform.seldon.plugins.module_utils.applyset.options import ARGUMENT_SPEC, run_applyset
from ansible_collections.ml_platform.seldon.plugins.module_utils.kube import known
from ansible_collections.ml_platform.seldon.plugins.module_utils.kube.client import KubeClient
from ansible_collections.ml_platform.seldon.plugins.module_utils.kube.connection import connect

from lab.audit import Request

USER_AGENT = "ml_platform.seldon"


def fresh_name(prefix: str = "applyset") -> str:
    """A name that no other test has."""
    return f"{prefix}-{secrets.token_hex(4)}"


class Cluster:
    """The lab as the collection sees it."""

    def __init__(self, kubeconfig: Path, **options: Any) -> None:
        self.environ = {**os.environ, "KUBECONFIG": str(kubeconfig)}
        self.options = options

    @property
    def client(self) -> KubeClient:
        """A client of its own."""
        return connect(self.options, self.environ)

    def run(self, *, check: bool = False, diff: bool = False, **options: Any) -> dict[str, Any]:
        """The result of the module with these options."""
        params = {name: spec.get("default") for name, spec in ARGUMENT_SPEC.items()}
        params |= {"wait_timeout": 30.0, **self.options, **options}
        return run_applyset(params, self.environ, check_mode=check, diff_mode=diff, progress=lambda _text: None)


def actions(result: Mapping[str, Any]) -> dict[str, str]:
    """``Kind name`` to its action."""
    return {f"{entry['kind']} {entry['name']}": entry["action"] for entry in result["objects"]}


def ours(requests: list[Request]) -> list[Request]:
    """Those that the collection sent."""
    return [request for request in requests if request.user_agent.startswith(USER_AGENT)]


def writes(requests: list[Request]) -> list[str]:
    """``verb resource/name`` of what the collection asked to store."""
    return [f"{r.verb} {r.resource}/{r.name}" for r in ours(requests) if r.is_write]


def config_map(namespace: str, name: str = "settings", **data: str) -> dict[str, Any]:
    """A ConfigMap."""
    return {
        "apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "namespace": namespace}, "data": data,
    }  # fmt: skip


def namespace_object(name: str) -> dict[str, Any]:
    """A Namespace."""
    return {"apiVersion": "v1", "kind": known.NAMESPACE.kind, "metadata": {"name": name}}
