# SPDX-License-Identifier: GPL-3.0-or-later
"""python -m tests.unit.tenant_audit.record: writes clean.jsonl, the objects of the demo of two tenants (``make demo``),
from the cluster of KUBECONFIG.

Kubernetes' own roles are left out except for those that users are bound to, and so are other objects that are not
related to a tenant.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
sys.path[:0] = [str(ROOT / ".collections"), str(ROOT)]

from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.connection import connect  # noqa: E402
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant_audit.read import read  # noqa: E402
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant_audit.snapshot import Listing, Reading  # noqa: E402

FILE = Path(__file__).with_name("clean.jsonl")
PLATFORM = "seldon-system"
_BOOTSTRAPPED = "kubernetes.io/bootstrapping"
_KEPT = ("admin", "cluster-admin", "edit", "view", "system:basic-user", "system:discovery", "system:public-info-viewer")


def main() -> None:
    """Writes one line with the time and the release, then one line per object."""
    snapshot = read(connect({}), PLATFORM)
    assert not snapshot.unread, snapshot.unread
    lines: list[Any] = [{"now": snapshot.now.isoformat(), "minor": snapshot.minor}]
    lines += [["inventory", obj] for obj in _objects(snapshot.inventories)]
    for resource, reading in snapshot.readings.items():
        lines += [[resource.group_resource, obj] for obj in _objects(reading) if _is_kept(obj)]
    FILE.write_text("".join(json.dumps(line, separators=(",", ":"), sort_keys=True) + "\n" for line in lines))


def _objects(reading: Reading) -> list[Any]:
    assert isinstance(reading, Listing)
    return list(reading.objects)


def _is_kept(obj: Any) -> bool:
    metadata = obj["metadata"]
    if _BOOTSTRAPPED in (metadata.get("labels") or {}):
        return metadata["name"] in _KEPT
    return not str(metadata.get("namespace", "")).startswith("kube-") and not metadata["name"].startswith(
        "system:controller:"
    )


if __name__ == "__main__":
    main()
