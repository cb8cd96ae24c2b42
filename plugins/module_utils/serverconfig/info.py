# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The module `serverconfig_info`: its options and its one call."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..kube.argument_spec import AUTH_ARGUMENT_SPEC
from ..kube.connection import connect, require_libraries
from ..kube.errors import Invalid
from ..kube.known import SERVER
from ..kube.objects import of
from ..kube.process import ENVIRON
from ..kube.text import is_dns_label
from ..kube.types import KubeObject
from ..manifests.load import load_manifests
from ..manifests.manifest import Manifest
from ..manifests.problem import ManifestError
from .answer import Places, answer
from .gate import FailOn, gate
from .overlay import overlaid, without_cluster
from .policy import Fallback, Policy
from .read import Lister, read
from .readings import KINDS, Readings, key_of, snapshot_of
from .resolve import resolve

STOCK_PLATFORM = "seldon-system"
MOST_OBJECTS = 50_000

ARGUMENT_SPEC: dict[str, dict[str, Any]] = {
    **AUTH_ARGUMENT_SPEC,
    "namespaces": {"type": "list", "elements": "str", "default": []},
    "src": {"type": "list", "elements": "path", "default": []},
    "namespace": {"type": "str"},
    "kustomize_binary": {"type": "path"},
    "cluster": {"type": "bool", "default": True},
    "platform_namespace": {"type": "str"},
    "shared_namespaces": {"type": "list", "elements": "str", "default": []},
    "fallback": {"type": "str", "default": "warn", "choices": [choice.value for choice in Fallback]},
    "admin": {"type": "bool", "default": False},
    "planned": {"type": "bool", "default": False},
    "fail_on": {"type": "str", "default": "nothing", "choices": [choice.value for choice in FailOn]},
}


@dataclass(frozen=True)
class Question:
    """The options, checked. ``objects``: those of the files, each with its namespace. ``platform``: None asks the operators.

    ``places``: ``file:line`` of the files' Servers, by namespace and name.
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


def run_serverconfig_info(params: Mapping[str, Any], environ: Mapping[str, str] = ENVIRON) -> dict[str, Any]:
    """The module's result for its options; one that did not succeed has ``failed`` and ``msg``. Raises KubeError."""
    require_libraries()
    _check_names(params)
    if not params["cluster"] and not params["src"]:
        raise Invalid("cluster is false and src is empty: nothing to resolve. Name files in src, or ask the cluster")
    try:
        manifests = load_manifests(params["src"], kustomize=params["kustomize_binary"], max_objects=MOST_OBJECTS)
        found = _placed(manifests, _default_namespace(params))
    except ManifestError as problem:
        return {"changed": False, "failed": True, "msg": str(problem)}
    question = Question(
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
    return serverconfig_info(connect(params, environ) if params["cluster"] else None, question)


def serverconfig_info(client: Lister | None, question: Question) -> dict[str, Any]:
    """Without a client the files alone tell. Raises KubeError where the cluster does not answer."""
    readings = (
        _of_files(question) if client is None else read(client, question.namespaces, question.platform, question.shared)
    )
    lists = readings.lists if client is None else overlaid(readings.lists, question.objects)
    policy = Policy(
        readings.platform,
        question.shared,
        question.fallback,
        admin=question.admin,
        planned=question.planned,
    )
    report = resolve(snapshot_of(readings, lists, runtime_comes=question.planned), policy, question.namespaces or None)
    found = answer(report, policy, lists, readings.refused, question.namespaces, question.places)
    return found.data | gate(found, question.fail_on)


def _of_files(question: Question) -> Readings:
    """Who will work for a namespace is known only of a planned one, which gets an operator of its own."""
    platform = question.platform or STOCK_PLATFORM
    lists = without_cluster(question.objects, (platform, *question.shared))
    return Readings(lists, () if question.planned else None, platform, live=False)


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


def _placed(manifests: Sequence[Manifest], default: str | None) -> list[tuple[str, KubeObject]]:
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
