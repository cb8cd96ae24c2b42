# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Names that Kubernetes or Seldon cannot use, and names of objects that Seldon creates itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..diagnosis.quoting import shorten
from ..kube.names import is_dns_subdomain, is_rfc_1035_label
from ..seldon.runtime_objects import RUNTIME_NAMES, RUNTIME_OBJECTS
from .manifest import Manifest

# A StatefulSet's pods carry the label controller-revision-hash = <name>-<10 characters>, and labels have 63.
MAX_SERVER_NAME = 52
_GUARDED = ("Secret", "ConfigMap", "ServiceAccount")
_MADE = "the operator creates an object of this name for the tenant's SeldonRuntime"
_RENAME = "choose another name"

_WORKLOADS = ("Deployment.apps", "StatefulSet.apps")
_RUNTIME = "tenant_namespace_runtime"
_SETTINGS = {
    (
        "ConfigMap",
        "seldon-agent",
    ): f"for credentials of model storage {_RUNTIME}.rclone_secrets, for other settings {_RUNTIME}.config.agentConfig",
    ("ConfigMap", "seldon-kafka"): f"{_RUNTIME}.config.kafkaConfig",
    ("ConfigMap", "seldon-scaling"): f"{_RUNTIME}.config.scalingConfig",
    ("ConfigMap", "seldon-tracing"): f"{_RUNTIME}.tracing and {_RUNTIME}.config.tracingConfig",
    ("Service", "seldon-mesh"): f"{_RUNTIME}.service_type",
}
"""The tenant's own option for what an object of this kind and name would change; others: its overrides."""

NameFault = tuple[str, str]
"""(what is wrong with metadata.name, next step)."""


def name_fault(manifest: Manifest) -> NameFault | None:
    """The fault of the name of an object that will be applied; None when there is none."""
    name, kind = manifest.name, manifest.group_kind
    if not is_dns_subdomain(name):
        return (
            f'"{shorten(name)}" is not a DNS name',
            "use lower-case letters, digits, - and . (253 characters at most)",
        )
    if kind == "Service" and not is_rfc_1035_label(name):
        return (
            f'"{shorten(name)}" is not a Service name',
            "begin with a letter; use lower-case letters, digits and -, 63 at most",
        )
    if kind == "Server.mlops.seldon.io":
        return _server_name_fault(name)
    if name in RUNTIME_OBJECTS.get(kind, ()) or (kind in _GUARDED and name in RUNTIME_NAMES):
        return (f'"{name}" is reserved: {_MADE}', _instead(kind, name))
    if kind == "ConfigMap" and name == "kube-root-ca.crt":
        return (f'"{name}" is reserved: Kubernetes creates it in every namespace', _RENAME)
    return None


def _instead(kind: str, name: str) -> str:
    """The next step for an object with the name of one that the operator creates. A ServiceAccount has no option."""
    if kind == "ServiceAccount":
        return f"{_RENAME}; pull secrets of Servers go into spec.podSpec.imagePullSecrets of the Server"
    if kind in _WORKLOADS:
        option = f"{_RUNTIME}.overrides"
    elif (kind, name) in _SETTINGS:
        option = _SETTINGS[kind, name]
    else:
        return _RENAME
    return f"{_RENAME}, or, to change the runtime, ask the platform team to set {option}"


def _server_name_fault(name: str) -> NameFault | None:
    if not is_rfc_1035_label(name):
        step = "begin with a letter; use lower-case letters, digits and -, no dots"
        return (f'"{shorten(name)}" is not a valid Server name: each replica gets a Service <name>-<number>', step)
    if len(name) > MAX_SERVER_NAME:
        return (
            f'"{shorten(name)}" has {len(name)} characters; the pods of its StatefulSet allow {MAX_SERVER_NAME}',
            "shorten it",
        )
    if name in RUNTIME_OBJECTS["StatefulSet.apps"] or name in RUNTIME_OBJECTS["Service"]:
        return (f'"{name}" is reserved: {_MADE}', _RENAME)
    return None


def collisions(manifests: Iterable[Manifest]) -> Iterator[tuple[Manifest, str, str]]:
    """(object, what is wrong, next step) for names of objects that the operator creates for a Server of the set."""
    every = list(manifests)
    servers = {manifest.name: manifest for manifest in every if manifest.group_kind == "Server.mlops.seldon.io"}
    for manifest in every:
        if manifest.group_kind == "StatefulSet.apps" and manifest.name in servers:
            yield manifest, f"the operator creates a StatefulSet of this name for Server {manifest.name}", _RENAME
        if manifest.group_kind not in ("Service", "Server.mlops.seldon.io"):
            continue
        stem, dash, number = manifest.name.rpartition("-")
        if not dash or not _is_ordinal(number) or stem not in servers:
            continue
        if int(number) < _most_replicas(servers[stem]):
            yield manifest, f"replica {number} of Server {stem} gets a Service of this name", _RENAME


def _is_ordinal(text: str) -> bool:
    return text.isascii() and text.isdigit() and (text == "0" or not text.startswith("0")) and len(text) < 10


def _most_replicas(server: Manifest) -> int:
    spec = server.object.get("spec")
    values = [spec.get(key) for key in ("replicas", "minReplicas", "maxReplicas")] if isinstance(spec, dict) else []
    return max([1, *(value for value in values if isinstance(value, int) and not isinstance(value, bool))])
