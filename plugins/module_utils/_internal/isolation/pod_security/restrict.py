# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Brings a pod spec to level ``restricted`` by adding what it does not say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .evaluate import evaluate
from .policy import Level, Policy

_NEWEST = Policy(Level.RESTRICTED)


def restricted(pod_spec: object) -> Any:
    """The pod spec with the least that ``restricted`` asks for; the same object where that needs nothing, or would not
    be enough.

    Only what is absent is added: a pod that says something else meant it, and half of it could keep such a pod from
    starting.
    """
    if not isinstance(pod_spec, Mapping) or evaluate(None, pod_spec, _NEWEST).allowed:
        return pod_spec
    brought = {
        **pod_spec,
        "securityContext": _with(
            pod_spec.get("securityContext"), {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}}
        ),
    }
    for key in ("initContainers", "containers"):
        if isinstance(pod_spec.get(key), list):
            brought[key] = [_container(container) for container in pod_spec[key]]
    return brought if evaluate(None, brought, _NEWEST).allowed else pod_spec


def _container(container: object) -> object:
    if not isinstance(container, Mapping):
        return container
    context = _with(container.get("securityContext"), {"allowPrivilegeEscalation": False, "capabilities": {}})
    if isinstance(context, dict) and isinstance(context["capabilities"], Mapping):
        dropped = context["capabilities"].get("drop") or []
        if isinstance(dropped, list) and "ALL" not in dropped:
            context["capabilities"] = {**context["capabilities"], "drop": [*dropped, "ALL"]}
    return {**container, "securityContext": context}


def _with(given: object, added: Mapping[str, object]) -> object:
    """``added``, overridden by the fields of ``given``; a null sets nothing."""
    if given is None:
        return dict(added)
    return (
        {**added, **{key: value for key, value in given.items() if value is not None}}
        if isinstance(given, Mapping)
        else given
    )
