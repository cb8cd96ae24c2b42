# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls the product for one world. Only this file and replay.py import the product's packages.

The three calls are those of the modules; only their connection to a cluster is replaced, and for a tenant also the
function that applies the set.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from unittest.mock import patch

from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.entry_point import (
    EntryPoint,
    result_of,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.invocation import Invocation
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota_check import entry_point as quota_check
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.serverconfig_info import (
    entry_point as serverconfig_info,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant import entry_point as tenant

from .replay import client_of
from .world import KubeObject, World

Parts = dict[str, Any]
"""The results for one world: data for JSON by the name of the part."""

_NOTHING_APPLIED = {"changed": False, "diff": []}


def render(world: World) -> Parts:
    """All parts. A refused tenant is planned again with checks: warn, so that its objects are included."""
    with _team_folder(world) as src:
        params = {"tenant": world.options, "manifests": src, **world.tenant_params}
        parts = _tenant(world, params)
        if parts["refusal"] and params.get("checks") != "warn":
            parts = {**_tenant(world, {**params, "checks": "warn"}), "refusal": parts["refusal"]}
        return {**parts, **_serverconfig(world, src), **_quota(world, src)}


def _tenant(world: World, params: Mapping[str, Any]) -> Parts:
    requests = []

    def keep(_client: object, request: Any, **_how: Any) -> dict[str, Any]:
        requests.append(request)
        return dict(_NOTHING_APPLIED)

    with patch.object(tenant, "apply_set", keep):
        result = _answer(world, tenant, params)
    files = {entry["after_header"]: entry["after"].split("\n") for entry in result.pop("diff", [])}
    request = requests[0] if requests else None
    given = request.given if request else []
    return {
        "objects": {_title(world, entry.object): entry.object for entry in given},
        "order": [f"{_title(world, entry.object)} {entry.conflicts.value} {entry.place}".rstrip() for entry in given],
        "meanwhile": {_title(world, entry.object): entry.object for entry in (request.meanwhile if request else ())},
        "files": files,
        "refusal": str(result.pop("msg", "")).splitlines(),
        "notes": result.pop("notes", []),
        "result": result,
    }


def _serverconfig(world: World, src: list[str]) -> Parts:
    params = {"namespaces": [world.tenant], "src": src, **world.serverconfig_params}
    result = _answer(world, serverconfig_info, params)
    return {"serverconfig text": _text(result), "serverconfig data": result}


def _quota(world: World, src: list[str]) -> Parts:
    params = {"namespace": world.tenant, "src": src, **world.quota_params}
    result = _answer(world, quota_check, params)
    return {"quota text": _text(result), "quota data": result}


def _answer(world: World, entry_point: EntryPoint, params: Mapping[str, Any]) -> dict[str, Any]:
    """The result of the module."""
    defaults = {name: option.get("default") for name, option in entry_point.ARGUMENT_SPEC.items()}
    with patch.object(entry_point, "connect", lambda *_how: client_of(world)):
        return result_of(entry_point, {**defaults, **params}, Invocation({}, check_mode=True, diff_mode=True))


def _text(result: dict[str, Any]) -> list[str]:
    return [*str(result.pop("msg", "")).splitlines(), *str(result.pop("text", "")).splitlines()]


@contextlib.contextmanager
def _team_folder(world: World) -> Iterator[list[str]]:
    """Writes the files to disk; yields relative paths, which are the same on every machine."""
    with tempfile.TemporaryDirectory(prefix="golden-") as folder, contextlib.chdir(folder):
        for path, text in world.files.items():
            Path(path).parent.mkdir(parents=True, exist_ok=True)
            Path(path).write_text(text, encoding="utf-8")
        yield list(world.files)


def _title(world: World, obj: KubeObject) -> str:
    """``Kind/name``, with the namespace if it is not the tenant's."""
    namespace = obj["metadata"].get("namespace", world.tenant)
    place = "" if namespace == world.tenant else f"{namespace}/"
    return f"{obj['kind']}/{place}{obj['metadata']['name']}"
