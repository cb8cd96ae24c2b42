# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The record of the objects that a set has applied: a ConfigMap, the parent object of an ApplySet.

Labels and annotations follow KEP-3659 (https://git.k8s.io/enhancements/keps/sig-cli/3659-kubectl-apply-prune), so
other tools recognise the set and leave it alone. The uids and the digests are this project's own.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..kube.errors import KubeError
from ..kube.resource import Resource
from ..kube.resources import CONFIG_MAP
from ..kube.types import KubeObject
from .compare import Settled
from .execution import Execution, execution_data, parse_execution
from .objects import ObjectKey

ID_LABEL = "applyset.kubernetes.io/id"
PART_OF_LABEL = "applyset.kubernetes.io/part-of"
TOOLING_ANNOTATION = "applyset.kubernetes.io/tooling"
KINDS_ANNOTATION = "applyset.kubernetes.io/contains-group-kinds"
NAMESPACES_ANNOTATION = "applyset.kubernetes.io/additional-namespaces"
TOOLING = "ml_platform.seldon/v1"
DATA_KEY = "objects"
_ENCODER = json.JSONEncoder(separators=(",", ":"))
"""One encoder for all members: json.dumps creates one for each call."""


class InventoryError(KubeError):
    """The ConfigMap is not an inventory of this set."""


@dataclass(frozen=True)
class Member:
    """One object of the set. ``uid`` is empty from just before its first apply until just after it. ``execution`` is set
    for an object that disappears after its end. ``awaits``: the resourceVersion of a write that Seldon's operator had
    to report and had not when this was recorded.
    """

    resource: Resource
    key: ObjectKey
    uid: str = ""
    settled: Settled = field(default_factory=dict)
    execution: Execution | None = None
    awaits: str = ""


@dataclass(frozen=True)
class Inventory:
    """The members of the set called ``name``, recorded in ``namespace``."""

    name: str
    namespace: str
    members: Mapping[ObjectKey, Member]
    resource_version: str = ""
    """Of the ConfigMap as it was read; empty where there was none."""

    @property
    def id(self) -> str:
        """The ApplySet id: the value of the members' part-of label."""
        return applyset_id(self.name, self.namespace)


def applyset_id(name: str, namespace: str) -> str:
    """KEP-3659's version-1 id for a ConfigMap parent."""
    digest = hashlib.sha256(f"{object_name(name)}.{namespace}.ConfigMap.".encode()).digest()
    return f"applyset-{base64.urlsafe_b64encode(digest).decode().rstrip('=')}-v1"


def object_name(name: str) -> str:
    """The ConfigMap's name."""
    return f"applyset-{name}"


def parse_inventory(name: str, namespace: str, config_map: KubeObject | None) -> Inventory:
    """The inventory that the ConfigMap holds; an empty one for None. Raises InventoryError."""
    if config_map is None:
        return Inventory(name, namespace, {})
    where = f"ConfigMap {namespace}/{object_name(name)}"
    if (config_map["metadata"].get("labels") or {}).get(ID_LABEL) != applyset_id(name, namespace):
        raise InventoryError(
            f"{where} is not the inventory of this set: its label {ID_LABEL} is missing or names another set. "
            "Choose another name for the set, or remove that ConfigMap if nobody needs it"
        )
    try:
        members = [_parse_member(entry) for entry in json.loads(config_map["data"][DATA_KEY])]
    except (KeyError, TypeError, ValueError, AttributeError):
        raise InventoryError(
            f"{where}: data.{DATA_KEY} is not a readable inventory. "
            "Restore it from a backup; without it, objects that are no longer wanted are not removed"
        ) from None
    version = str(config_map["metadata"].get("resourceVersion", ""))
    return Inventory(name, namespace, {member.key: member for member in members}, version)


def _parse_member(entry: Mapping[str, Any]) -> Member:
    fields = ("group", "version", "plural", "kind", "namespace", "name", "uid")
    group, version, plural, kind, namespace, name, uid = (entry[field] for field in fields)
    if not all(isinstance(entry[field], str) for field in fields) or not (version and plural and kind and name):
        raise ValueError
    settled = {str(path): [str(digest) for digest in digests] for path, digests in entry.get("settled", {}).items()}
    execution = parse_execution(entry["execution"]) if "execution" in entry else None
    resource, key = Resource(group, version, plural, kind, bool(namespace)), ObjectKey(group, kind, namespace, name)
    return Member(resource, key, uid, settled, execution, str(entry.get("awaits", "")))


def render_inventory(name: str, namespace: str, members: Iterable[Member]) -> KubeObject:
    """The ConfigMap, the same for the same members."""
    ordered = sorted(members, key=lambda member: member.key)
    namespaces = sorted({member.key.namespace for member in ordered} - {"", namespace})
    annotations = {
        TOOLING_ANNOTATION: TOOLING,
        KINDS_ANNOTATION: ",".join(sorted({member.resource.group_kind for member in ordered})),
    }
    if namespaces:
        annotations[NAMESPACES_ANNOTATION] = ",".join(namespaces)
    return {
        "apiVersion": CONFIG_MAP.api_version,
        "kind": CONFIG_MAP.kind,
        "metadata": {
            "name": object_name(name),
            "namespace": namespace,
            "labels": {ID_LABEL: applyset_id(name, namespace)},
            "annotations": annotations,
        },
        "data": {DATA_KEY: "[\n" + ",\n".join(_render_member(member) for member in ordered) + "\n]"},
    }


def _render_member(member: Member) -> str:
    entry: dict[str, Any] = {
        "group": member.resource.group,
        "version": member.resource.version,
        "plural": member.resource.plural,
        "kind": member.resource.kind,
        "namespace": member.key.namespace,
        "name": member.key.name,
        "uid": member.uid,
    }
    if member.settled:
        entry["settled"] = member.settled
    if member.execution:
        entry["execution"] = execution_data(member.execution)
    if member.awaits:
        entry["awaits"] = member.awaits
    return _ENCODER.encode(entry)
