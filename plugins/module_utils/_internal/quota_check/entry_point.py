# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The options of the module ``quota_check``, and the call that serves it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..kube.argument_spec import AUTH_ARGUMENT_SPEC
from ..kube.connection import connect, require_libraries
from ..kube.errors import Invalid
from ..kube.invocation import Invocation
from ..kube.names import is_dns_label
from ..manifests.load import load_manifests
from ..manifests.problem import ManifestError
from ..quota.report import Verdict
from ..seldon.charts import PLATFORM_NAMESPACE
from .check import Question, quota_check

_FAILS: Mapping[str, Sequence[Verdict]] = {
    "nothing": (),
    "exceeds": (Verdict.EXCEEDS, Verdict.INVALID),
    "unknown": (Verdict.EXCEEDS, Verdict.INVALID, Verdict.UNKNOWN),
    "max": (Verdict.EXCEEDS, Verdict.INVALID, Verdict.UNKNOWN, Verdict.FITS_NOW_NOT_AT_MAX),
}
"""The verdicts with which the task fails, by the option ``fail_on``."""

ARGUMENT_SPEC: dict[str, dict[str, Any]] = {
    "namespace": {"type": "str", "required": True},
    "definition": {"type": "list", "elements": "dict", "default": []},
    "src": {"type": "list", "elements": "path", "default": []},
    "kustomize_binary": {"type": "path"},
    "platform_namespace": {"type": "str", "default": PLATFORM_NAMESPACE},
    "head_start": {"type": "int", "default": 25},
    "verify": {"type": "str", "choices": ["nothing", "server"], "default": "nothing"},
    "fail_on": {"type": "str", "choices": list(_FAILS), "default": "nothing"},
    **AUTH_ARGUMENT_SPEC,
}
CONSTRAINTS: dict[str, Any] = {}


def run(params: Mapping[str, Any], invocation: Invocation) -> dict[str, Any]:
    """The module's result; a failed one has ``failed`` and ``msg``. Raises KubeError."""
    require_libraries()
    try:
        question = _question(params)
    except ManifestError as error:
        return {"changed": False, "failed": True, "msg": str(error)}
    result, verdict = quota_check(connect(params, invocation.environ), question)
    if verdict in _FAILS[params["fail_on"]]:
        return {**result, "failed": True, "msg": f"the change {verdict.value.replace('_', ' ')}:\n{result['text']}"}
    return result


def _question(params: Mapping[str, Any]) -> Question:
    """Raises Invalid, and ManifestError for files."""
    for option in ("namespace", "platform_namespace"):
        if not is_dns_label(params[option]):
            raise Invalid(
                f"{option}: {params[option]!r} is not a namespace's name. Expected at most 63 of the characters a-z, 0-9 and -"
            )
    if not 0 <= params["head_start"] <= 1000:
        raise Invalid(f"head_start: {params['head_start']} is not a percentage. Expected 0 to 1000")
    objects = [*params["definition"]]
    if params["src"]:
        objects += [manifest.object for manifest in load_manifests(params["src"], kustomize=params["kustomize_binary"])]
    return Question(
        params["namespace"], params["platform_namespace"], objects, params["head_start"], params["verify"] == "server"
    )
