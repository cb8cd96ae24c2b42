# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Names that Kubernetes or Seldon cannot handle, and names that collide with what Seldon makes itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from .manifest import Manifest
from .problem import shorten
from .team_kinds import RUNTIME_NAMES, RUNTIME_OBJECTS

# A StatefulSet's pods carry the label controller-revision-hash = <name>-<10 characters>, and labels have 63.
MAX_SERVER_NAME = 52
_LABEL = re.compile(r"[a-z]([-a-z0-9]{0,61}[a-z0-9])?", re.ASCII)
_SUBDOMAIN = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*", re.ASCII)
_GUARDED = ("Secret", "ConfigMap", "ServiceAccount")
_MADE = "the operator makes an object of this name from the tenant's SeldonRuntime"
_RENAME = "choose another name"

NameFault = tuple[str, str]
"""What is wrong with metadata.name, and the next step."""


def name_fault(manifest: Manifest) -> NameFault | None:
    """What is wrong with the name of one object that is to be applied; None when nothing is."""
    name, kind = manifest.name, manifest.group_kind
    if len(name) > 253 or not _SUBDOMAIN.fullmatch(name):
        return (
            f'"{shorten(name)}" is not a DNS name',
            "use lower-case letters, digits, - and . (253 characters at most)",
        )
    if kind == "Service" and not _LABEL.fullmatch(name):
        return (
            f'"{shorten(name)}" is not a Service name',
            "begin with a letter; use lower-case letters, digits and -, 63 at most",
        )
    if kind == "Server.mlops.seldon.io":
        return _server_name_fault(name)
    if name in RUNTIME_OBJECTS.get(kind, ()) or (kind in _GUARDED and name in RUNTIME_NAMES):
        return (f'"{name}" is taken: {_MADE}', _RENAME)
    if kind == "ConfigMap" and name == "kube-root-ca.crt":
        return (f'"{name}" is taken: Kubernetes makes it in every namespace', _RENAME)
    return None


def _server_name_fault(name: str) -> NameFault | None:
    if not _LABEL.fullmatch(name):
        step = "begin with a letter; use lower-case letters, digits and -, no dots"
        return (f'"{shorten(name)}" cannot be a Server: each replica gets a Service <name>-<number>', step)
    if len(name) > MAX_SERVER_NAME:
        return (
            f'"{shorten(name)}" has {len(name)} characters, and the pods of its StatefulSet allow {MAX_SERVER_NAME}',
            "shorten it",
        )
    if name in RUNTIME_OBJECTS["StatefulSet.apps"] or name in RUNTIME_OBJECTS["Service"]:
        return (f'"{name}" is taken: {_MADE}', _RENAME)
    return None


def collisions(manifests: Iterable[Manifest]) -> Iterator[tuple[Manifest, str, str]]:
    """Objects whose names collide with what a Server of the same set becomes: (object, what is wrong, next step)."""
    every = list(manifests)
    servers = {manifest.name: manifest for manifest in every if manifest.group_kind == "Server.mlops.seldon.io"}
    for manifest in every:
        if manifest.group_kind == "StatefulSet.apps" and manifest.name in servers:
            yield manifest, f"Server {manifest.name} becomes a StatefulSet of this name", _RENAME
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
