# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a Server's podSpec asks for and does not get, because of how the operator merges."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..diagnosis.diagnostic import Diagnostic, Severity
from ..kube.json_values import json_mapping, strings
from ..kube.objects import mapping, mappings, spec_of
from ..kube.types import KubeObject
from ..seldon.capabilities import VARIABLE, has_capabilities
from ..seldon.merge import MAPS, NOT_IN_SERVER, is_lost
from .finding import finding

_WORDS = frozenset(("args", "command"))
_HANDLERS = frozenset(("exec", "grpc", "httpGet", "sleep", "tcpSocket"))
_PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
_OWN_CONFIG = "give the Server a ServerConfig of its own that differs there"


def ineffective(server: KubeObject, config: KubeObject) -> list[Diagnostic]:
    """Overrides that are lost, that append where a replacement was meant, or that nobody reads; in the order of the
    override.
    """
    spec, base = spec_of(server), mapping(spec_of(config).get("podSpec"))
    override = json_mapping(spec.get("podSpec"))
    return [*_pod(base, override), *_never_read(spec, base, override)]


def _pod(base: Mapping[str, Any], override: KubeObject) -> Iterator[Diagnostic]:
    path = "spec.podSpec"
    for key in sorted(NOT_IN_SERVER & override.keys()):
        yield finding(
            "unknown_field",
            Severity.WARNING,
            f"{path}.{key}",
            "is not a field of a Server's podSpec: the API server drops it",
            "use serviceAccountName" if key == "serviceAccount" else "set it in the ServerConfig",
        )
    fields = {key: value for key, value in override.items() if key not in NOT_IN_SERVER and key != "containers"}
    yield from _fields(base, fields, path)
    existing = {str(container.get("name")): container for container in mappings(base.get("containers"))}
    for number, container in enumerate(mappings(override.get("containers"))):
        below = existing.get(str(container.get("name")))
        if below is not None:
            yield from _fields(below, container, f"{path}.containers[{number}]")
        for probe in _PROBES:
            if probe in container and not _HANDLERS & (
                mapping(container[probe]).keys() | mapping(mapping(below).get(probe)).keys()
            ):
                yield finding(
                    "no_handler",
                    Severity.ERROR,
                    f"{path}.containers[{number}].{probe}",
                    "has no exec, grpc, httpGet or tcpSocket, and the ServerConfig has none either: Kubernetes refuses the StatefulSet",
                    "set one of them",
                )


def _fields(below: Mapping[str, Any], above: Mapping[str, Any], path: str) -> Iterator[Diagnostic]:
    for key, value in above.items():
        before, place = below.get(key), f"{path}.{key}"
        if before is None:
            continue
        if isinstance(before, dict) and isinstance(value, dict):
            if key not in MAPS:
                yield from _fields(before, value, place)
        elif isinstance(before, list) and isinstance(value, list):
            if key in _WORDS and before and value:
                yield finding(
                    "appended",
                    Severity.WARNING,
                    place,
                    f"is appended to the {len(before)} of the ServerConfig: the operator cannot replace {key}",
                    _OWN_CONFIG,
                )
        elif before and is_lost(key, before, value):
            yield _lost(place, key, before, value)
    added = sorted((_HANDLERS & above.keys()) - below.keys())
    if added and _HANDLERS & below.keys():
        others = ", ".join(sorted(_HANDLERS & below.keys()))
        yield finding(
            "two_handlers",
            Severity.ERROR,
            path,
            f"{added[0]} is added to {others} of the ServerConfig: Kubernetes refuses more than one and the StatefulSet with it",
            _OWN_CONFIG,
        )


def _lost(path: str, key: str, before: Any, value: Any) -> Diagnostic:
    if key == "port" and value:
        message = (
            f"{_word(value)} is lost: a port number never replaces the port name {_word(before)} of the ServerConfig"
        )
    else:
        message = f"{_word(value)} is lost: a zero value never replaces {_word(before)} of the ServerConfig"
    return finding("lost", Severity.WARNING, path, message, _OWN_CONFIG)


def _never_read(spec: Mapping[str, Any], base: Mapping[str, Any], override: KubeObject) -> Iterator[Diagnostic]:
    wanted, extra = strings(spec.get("capabilities")), strings(spec.get("extraCapabilities"))
    if wanted and extra:
        yield finding(
            "ignored",
            Severity.WARNING,
            "spec.extraCapabilities",
            "is ignored, since spec.capabilities is set",
            "remove one of them",
        )
    if (wanted or extra) and not has_capabilities(base) and not has_capabilities(override):
        field = "spec.capabilities" if wanted else "spec.extraCapabilities"
        yield finding(
            "ignored",
            Severity.WARNING,
            field,
            f"has no effect: no container has the variable {VARIABLE}",
            "add that variable to the container agent of the ServerConfig",
        )
    if mapping(spec.get("imageOverrides")):
        yield finding(
            "ignored",
            Severity.WARNING,
            "spec.imageOverrides",
            "is never read by the operator",
            "set the image in spec.podSpec.containers, under the container's name",
        )
    if "volumeClaimTemplates" in spec:
        yield finding(
            "unknown_field",
            Severity.WARNING,
            "spec.volumeClaimTemplates",
            "is not a field of a Server: the API server drops it",
            "set it in the ServerConfig",
        )


def _word(value: Any) -> str:
    """A value in a sentence; long or structured ones are not spelt out."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str) and len(value) <= 40 and value.isprintable():
        return f'"{value}"'
    return "what it has" if value else "an empty value"
