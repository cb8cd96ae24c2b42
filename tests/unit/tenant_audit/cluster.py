# SPDX-License-Identifier: GPL-3.0-or-later
"""The recorded demo, which a test can change."""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.resource import Resource
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant_audit.audit import Audit, audit
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant_audit.kinds import KINDS
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant_audit.operator_log import OperatorLog
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant_audit.snapshot import (
    Listing,
    Snapshot,
    Unreadable,
)

Obj = dict[str, Any]
OWN, OTHER, PLATFORM = "fraud-detection", "recommendation-engine", "seldon-system"
RBAC = "rbac.authorization.k8s.io"
_FILE = Path(__file__).with_name("clean.jsonl")
_BY_PLURAL = {resource.plural: resource for resource in KINDS}
_BY_GROUP_RESOURCE = {resource.group_resource: resource for resource in KINDS}


@cache
def _recorded() -> tuple[Obj, list[tuple[str, Obj]]]:
    lines = [json.loads(line) for line in _FILE.read_text().splitlines()]
    return lines[0], [(kind, obj) for kind, obj in lines[1:]]


@dataclass
class Cluster:
    """Objects by kind. ``unread``: reasons by plural; ``logs`` by pod."""

    objects: dict[Resource, list[Obj]]
    inventories: list[Obj]
    now: datetime
    minor: int
    unread: dict[str, str] = field(default_factory=dict)
    logs: dict[str, OperatorLog] = field(default_factory=dict)

    def get(self, plural: str, name: str, namespace: str = OWN) -> Obj:
        """One object, which the test can change."""
        resource = _BY_PLURAL[plural]
        return next(
            obj
            for obj in self.objects[resource]
            if obj["metadata"]["name"] == name
            and (not resource.namespaced or obj["metadata"]["namespace"] == namespace)
        )

    def add(self, plural: str, name: str, namespace: str = OWN, **content: Any) -> Obj:
        """Adds an object with kubectl as field manager."""
        resource = _BY_PLURAL[plural]
        entry = {
            "manager": "kubectl-create",
            "operation": "Update",
            "time": "2026-11-27T04:40:00Z",
            "fieldsV1": {f"f:{key}": {} for key in content if key != "status"},
        }
        metadata: Obj = {
            "name": name,
            "uid": f"uid-of-{namespace}-{name}",
            "managedFields": [entry],
            **content.pop("metadata", {}),
        }
        if resource.namespaced:
            metadata["namespace"] = namespace
        obj = {"apiVersion": resource.api_version, "kind": resource.kind, "metadata": metadata, **content}
        self.objects[resource].append(obj)
        return obj

    def remove(self, plural: str, name: str, namespace: str = OWN) -> None:
        """Removes one object."""
        self.objects[_BY_PLURAL[plural]].remove(self.get(plural, name, namespace))

    def remove_namespace(self, namespace: str) -> None:
        """Removes a namespace and everything in it."""
        self.remove("namespaces", namespace)
        for resource, objects in self.objects.items():
            if resource.namespaced:
                objects[:] = [obj for obj in objects if obj["metadata"]["namespace"] != namespace]

    def bind(self, name: str, role: str, *subjects: Obj, namespace: str = OWN, kind: str = "Role") -> None:
        """Adds a RoleBinding, or without a namespace a ClusterRoleBinding, and its Role if that does not exist."""
        reference = {"apiGroup": RBAC, "kind": kind, "name": role}
        self.add(
            "rolebindings" if namespace else "clusterrolebindings",
            name,
            namespace,
            roleRef=reference,
            subjects=list(subjects),
        )

    def role(self, name: str, *rules: tuple[str, str, str], namespace: str = OWN) -> None:
        """Adds a Role, or a ClusterRole, with rules ``group``, ``resources``, ``verbs``."""
        given = [
            {"apiGroups": [group], "resources": resources.split(), "verbs": verbs.split()}
            for group, resources, verbs in rules
        ]
        self.add("roles" if namespace else "clusterroles", name, namespace, rules=given)

    def snapshot(self, asked: set[str] | None = None) -> Snapshot:
        """The snapshot that an audit reads."""
        readings = {
            resource: Unreadable(self.unread[resource.plural]) if resource.plural in self.unread else Listing(objects)
            for resource, objects in self.objects.items()
        }
        inventories = (
            Unreadable(self.unread["inventories"]) if "inventories" in self.unread else Listing(self.inventories)
        )
        return Snapshot(
            readings,
            inventories,
            PLATFORM,
            self.now,
            None if asked is None else frozenset(asked),
            self.minor,
            self.logs,
        )

    def audit(self) -> Audit:
        """The audit without waivers."""
        return audit(self.snapshot())


def clean() -> Cluster:
    """A copy of the demo as it was recorded."""
    head, recorded = _recorded()
    objects: dict[Resource, list[Obj]] = {resource: [] for resource in KINDS}
    inventories = []
    for kind, obj in recorded:
        (inventories if kind == "inventory" else objects[_BY_GROUP_RESOURCE[kind]]).append(deepcopy(obj))
    return Cluster(objects, inventories, datetime.fromisoformat(head["now"]), head["minor"])


def user(name: str) -> Obj:
    return {"apiGroup": RBAC, "kind": "User", "name": name}


def group(name: str) -> Obj:
    return {"apiGroup": RBAC, "kind": "Group", "name": name}


def account(name: str, namespace: str = OWN) -> Obj:
    return {"kind": "ServiceAccount", "name": name, "namespace": namespace}
