# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The options of the module ``crd_keep``, and the call that serves it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..kube.argument_spec import AUTH_ARGUMENT_SPEC
from ..kube.connection import connect
from ..kube.invocation import Invocation
from ..seldon.crds import CRD_NAMES
from .keep import keep
from .served import wait_until_served

ARGUMENT_SPEC: dict[str, dict[str, Any]] = {
    "names": {"type": "list", "elements": "str", "default": list(CRD_NAMES)},
    **AUTH_ARGUMENT_SPEC,
}
CONSTRAINTS: dict[str, Any] = {}


def run(params: Mapping[str, Any], invocation: Invocation) -> dict[str, Any]:
    """The module's result. Raises KubeError."""
    client = connect(params, invocation.environ)
    live, annotated = keep(client, params["names"], dry_run=invocation.check_mode)
    wait_until_served(client, live)
    return {"changed": bool(annotated), "annotated": annotated}
