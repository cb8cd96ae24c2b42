# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Entries that a pod spec has twice, most often since lists append in the merge: what Kubernetes refuses, and what it
tolerates.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any

from ..diagnosis.diagnostic import Diagnostic, Severity
from ..diagnosis.quoting import shown_name
from ..kube.objects import mappings
from ..kube.types import KubeObject
from .finding import finding

_REFUSED = "Kubernetes refuses the StatefulSet"


def duplicates(pod_spec: KubeObject) -> list[Diagnostic]:
    """Of a merged pod spec, in its order."""
    return list(_pod(pod_spec))


def _pod(pod: KubeObject) -> Iterator[Diagnostic]:
    yield from _twice("duplicate_volume", mappings(pod.get("volumes")), ("name",), "podSpec.volumes", _REFUSED)
    containers = [*mappings(pod.get("initContainers")), *mappings(pod.get("containers"))]
    yield from _twice("duplicate_container", containers, ("name",), "podSpec.containers", _REFUSED)
    spread = mappings(pod.get("topologySpreadConstraints"))
    yield from _twice(
        "duplicate_constraint",
        spread,
        ("topologyKey", "whenUnsatisfiable"),
        "podSpec.topologySpreadConstraints",
        _REFUSED,
    )
    for container in containers:
        yield from _container(container)


def _container(container: Mapping[str, Any]) -> Iterator[Diagnostic]:
    path = f"podSpec.containers[{shown_name(container.get('name'))}]"
    ports = [port for port in mappings(container.get("ports")) if port.get("name")]
    yield from _twice("duplicate_port", ports, ("name",), f"{path}.ports", _REFUSED)
    yield from _twice(
        "duplicate_mount", mappings(container.get("volumeMounts")), ("mountPath",), f"{path}.volumeMounts", _REFUSED
    )
    yield from _twice(
        "duplicate_device", mappings(container.get("volumeDevices")), ("devicePath",), f"{path}.volumeDevices", _REFUSED
    )
    yield from _twice(
        "duplicate_resize_policy",
        mappings(container.get("resizePolicy")),
        ("resourceName",),
        f"{path}.resizePolicy",
        _REFUSED,
    )
    yield from _twice("duplicate_env", mappings(container.get("env")), ("name",), f"{path}.env", "")


def _twice(
    code: str, entries: Sequence[Mapping[str, Any]], keys: tuple[str, ...], path: str, refused: str
) -> Iterator[Diagnostic]:
    if len(entries) < 2:
        return
    marks = list(zip(*([_text(entry.get(name)) for entry in entries] for name in keys), strict=True))
    if len(set(marks)) == len(marks):
        return
    seen: dict[Hashable, int] = {}
    for entry, mark in zip(entries, marks, strict=True):
        seen[mark] = seen.get(mark, 0) + 1
        if seen[mark] == 2:
            words = " ".join(shown_name(entry.get(name)) for name in keys)
            yield finding(
                code,
                Severity.ERROR if refused else Severity.WARNING,
                path,
                f"{words} is there twice: {refused or 'the last one counts'}",
                "the lists of Server and ServerConfig are appended: leave it in one of them",
            )


def _text(value: object) -> str:
    return value if isinstance(value, str) else repr(value)
