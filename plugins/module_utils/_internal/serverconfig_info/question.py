# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which Servers are asked about, and by which rules: the options, checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..diagnosis.place import Place
from ..kube.errors import Invalid
from ..kube.names import is_dns_label
from ..kube.objects import of
from ..kube.resources import SERVER
from ..kube.types import KubeObject
from ..manifests.load import load_manifests
from ..manifests.manifest import Manifest
from ..manifests.problem import ManifestError
from ..serverconfig.policy import Fallback
from .answer import Places
from .gate import FailOn
from .readings import KINDS, key_of

_MOST_OBJECTS = 50_000


@dataclass(frozen=True)
class Question:
    """The options, checked. ``objects``: those of the files, each with its namespace. ``platform``: None asks the
    operators.

    ``places``: of the files' Servers, by namespace and name.
    """

    namespaces: tuple[str, ...]
    objects: tuple[KubeObject, ...]
    platform: str | None
    shared: tuple[str, ...]
    fallback: Fallback
    admin: bool
    planned: bool
    fail_on: FailOn
    places: Places = field(default_factory=dict)


def read_question(params: Mapping[str, Any]) -> Question:
    """From validated module parameters and the files that they name. Raises Invalid, and ManifestError for files."""
    _check_names(params)
    if not params["cluster"] and not params["src"]:
        raise Invalid("cluster is false and src is empty: nothing to resolve. Name files in src, or ask the cluster")
    manifests = load_manifests(params["src"], kustomize=params["kustomize_binary"], max_objects=_MOST_OBJECTS)
    found = _placed(manifests, _default_namespace(params))
    return Question(
        tuple(dict.fromkeys(params["namespaces"])),
        tuple(obj for _place, obj in found),
        params["platform_namespace"],
        tuple(params["shared_namespaces"]),
        Fallback(params["fallback"]),
        params["admin"],
        params["planned"],
        FailOn(params["fail_on"]),
        {key_of(obj): place for place, obj in found if of(SERVER, [obj])},
    )


def _check_names(params: Mapping[str, Any]) -> None:
    """Names that cannot be, before any request."""
    given: list[tuple[str, Iterable[Any]]] = [
        (option, params[option]) for option in ("namespaces", "shared_namespaces")
    ]
    given += [
        (option, [params[option]]) for option in ("namespace", "platform_namespace") if params[option] is not None
    ]
    for option, names in given:
        for name in names:
            if not isinstance(name, str) or not is_dns_label(name):
                raise Invalid(
                    f"{option}: {name!r} is not a namespace's name. Expected at most 63 of the characters a-z, 0-9 and -"
                )


def _default_namespace(params: Mapping[str, Any]) -> str | None:
    """The namespace of objects that state none: the option's, else the only one asked about."""
    if params["namespace"] is None and len(params["namespaces"]) == 1:
        return str(params["namespaces"][0])
    found: str | None = params["namespace"]
    return found


def _placed(manifests: Sequence[Manifest], default: str | None) -> list[tuple[Place, KubeObject]]:
    """The objects that count, each with its namespace, and where it is written. Raises ManifestError."""
    namespaced = {resource.group_kind: resource.namespaced for resource in KINDS}
    found, problems = [], []
    for manifest in manifests:
        if manifest.group_kind not in namespaced:
            continue
        if not namespaced[manifest.group_kind] or manifest.namespace is not None:
            found.append((manifest.place, manifest.object))
        elif default is None:
            problems.append(
                manifest.problem(
                    "metadata.namespace", "is missing", "state it, or name the files' namespace in the option namespace"
                )
            )
        else:
            found.append(
                (manifest.place, {**manifest.object, "metadata": {**manifest.object["metadata"], "namespace": default}})
            )
    if problems:
        raise ManifestError(problems)
    return found
