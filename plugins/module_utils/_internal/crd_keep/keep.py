# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Annotates CRDs so that Helm does not delete them when it upgrades or uninstalls their chart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ..kube.client import KubeClient
from ..kube.errors import NotFound
from ..kube.resources import CUSTOM_RESOURCE_DEFINITION
from ..kube.types import KubeObject

POLICY = "helm.sh/resource-policy"
KEEP = "keep"


def is_kept(crd: KubeObject) -> bool:
    """Whether this live CRD has the annotation with which an upgrade by Helm does not delete it."""
    return (crd["metadata"].get("annotations") or {}).get(POLICY) == KEEP


def keep(client: KubeClient, names: Iterable[str], *, dry_run: bool) -> tuple[list[KubeObject], list[str]]:
    """(the CRDs of these names that exist, the names of those that were, or would be, annotated). Raises KubeError."""
    with ThreadPoolExecutor(max_workers=8) as executor:
        live = [crd for crd in executor.map(lambda name: _read(client, name), names) if crd is not None]
        lacking = [crd for crd in live if not is_kept(crd)]
        list(executor.map(lambda crd: _annotate(client, crd, dry_run), lacking))
    return live, [crd["metadata"]["name"] for crd in lacking]


def _read(client: KubeClient, name: str) -> KubeObject | None:
    try:
        return client.get(CUSTOM_RESOURCE_DEFINITION, None, name)
    except NotFound:
        return None


def _annotate(client: KubeClient, crd: KubeObject, dry_run: bool) -> None:
    metadata = crd["metadata"]
    client.json_patch(CUSTOM_RESOURCE_DEFINITION, None, metadata["name"], operations(metadata), dry_run=dry_run)


def operations(metadata: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """The JSON patch. It fails where the CRD was replaced in between, and changes only the annotation."""
    same = {"op": "test", "path": "/metadata/uid", "value": metadata["uid"]}
    if metadata.get("annotations"):
        return [same, {"op": "add", "path": f"/metadata/annotations/{POLICY.replace('/', '~1')}", "value": KEEP}]
    return [same, {"op": "add", "path": "/metadata/annotations", "value": {POLICY: KEEP}}]
