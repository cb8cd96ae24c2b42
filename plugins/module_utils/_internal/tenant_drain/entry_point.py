# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The options of the module ``tenant_drain``, and the call that serves it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..kube.argument_spec import AUTH_ARGUMENT_SPEC
from ..kube.connection import connect
from ..kube.invocation import Invocation
from .decide import Release
from .drain import DrainError, drain

ARGUMENT_SPEC: dict[str, dict[str, Any]] = {
    "namespace": {"type": "str", "required": True},
    "wait_timeout": {"type": "float", "default": 300.0},
    **AUTH_ARGUMENT_SPEC,
}
CONSTRAINTS: dict[str, Any] = {}


def run(params: Mapping[str, Any], invocation: Invocation) -> dict[str, Any]:
    """The module's result; a failed one has ``failed`` and ``msg``. Raises KubeError."""
    client = connect(params, invocation.environ)
    try:
        drained = drain(
            client,
            params["namespace"],
            dry_run=invocation.check_mode,
            timeout=params["wait_timeout"],
            progress=invocation.progress,
        )
    except DrainError as error:
        return {**_result(False, error.released), "failed": True, "msg": str(error)}
    return _result(drained.gone, drained.released)


def _result(gone: bool, released: Iterable[Release]) -> dict[str, Any]:
    removed = [{"object": str(release), "finalizer": release.finalizer} for release in released]
    return {"changed": bool(removed), "gone": gone, "released": removed}
