# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The module ``crd_keep``: CRDs that Helm does not delete, whatever a later version of their chart leaves out, and that are in use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ..kube.argument_spec import AUTH_ARGUMENT_SPEC
from ..kube.client import KubeClient
from ..kube.connection import connect
from ..kube.errors import NotFound
from ..kube.known import CUSTOM_RESOURCE_DEFINITION
from ..kube.process import ENVIRON
from ..kube.types import KubeObject
from .cluster import CRD_NAMES
from .served import wait_until_served

POLICY = "helm.sh/resource-policy"
KEEP = "keep"

ARGUMENT_SPEC: dict[str, dict[str, Any]] = {
    **AUTH_ARGUMENT_SPEC,
    "names": {"type": "list", "elements": "str", "default": list(CRD_NAMES)},
}


def is_kept(crd: KubeObject) -> bool:
    """Whether an upgrade by Helm leaves this live CRD alone."""
    return (crd["metadata"].get("annotations") or {}).get(POLICY) == KEEP


def run_crd_keep(
    params: Mapping[str, Any], environ: Mapping[str, str] = ENVIRON, *, check_mode: bool = False
) -> dict[str, Any]:
    """The module's result for its options. Raises KubeError."""
    client = connect(params, environ)
    with ThreadPoolExecutor(max_workers=8) as executor:
        live = [crd for crd in executor.map(lambda name: _read(client, name), params["names"]) if crd is not None]
        lacking = [crd for crd in live if not is_kept(crd)]
        list(executor.map(lambda crd: _annotate(client, crd, check_mode), lacking))
    wait_until_served(client, live)
    return {"changed": bool(lacking), "annotated": [crd["metadata"]["name"] for crd in lacking]}


def _read(client: KubeClient, name: str) -> KubeObject | None:
    try:
        return client.get(CUSTOM_RESOURCE_DEFINITION, None, name)
    except NotFound:
        return None


def _annotate(client: KubeClient, crd: KubeObject, dry_run: bool) -> None:
    metadata = crd["metadata"]
    client.json_patch(CUSTOM_RESOURCE_DEFINITION, None, metadata["name"], operations(metadata), dry_run=dry_run)


def operations(metadata: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """The JSON patch; it fails where the CRD was replaced in between, and changes nothing else."""
    same = {"op": "test", "path": "/metadata/uid", "value": metadata["uid"]}
    if metadata.get("annotations"):
        return [same, {"op": "add", "path": f"/metadata/annotations/{POLICY.replace('/', '~1')}", "value": KEEP}]
    return [same, {"op": "add", "path": "/metadata/annotations", "value": {POLICY: KEEP}}]
