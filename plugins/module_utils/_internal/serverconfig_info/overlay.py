# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Files laid over a cluster: what it will hold once they are applied. Without a cluster, what they alone tell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ..applyset.inventory import PART_OF_LABEL
from ..kube.objects import mapping, of
from ..kube.resource import Resource
from ..kube.resources import NAMESPACE, SERVER_CONFIG
from ..kube.types import KubeObject
from ..serverconfig.snapshot import UNREAD, Cause, Listing, Refusal
from .readings import KINDS, NAMES_ONLY, Lists, key_of

_NO_CLUSTER = Refusal(Cause.NO_CLUSTER, "no cluster was asked, and no file tells")
MADE_BY_OTHERS = ("StatefulSet",)
"""Files of these kinds count for nothing: the operator makes them."""


def overlaid(lists: Lists, objects: Sequence[KubeObject]) -> dict[Resource, Listing]:
    """Each object takes the place of a live one of the same kind, namespace and name; of that only the mark of runs is
    kept.
    """
    found = dict(lists)
    for resource in KINDS:
        brought = {key_of(obj): obj for obj in of(resource, objects)}
        if not brought or resource.kind in MADE_BY_OTHERS:
            continue
        if resource in NAMES_ONLY:
            brought = {key: {"metadata": {"namespace": key[0], "name": key[1]}} for key in brought}
        below = lists.get(resource, UNREAD)
        brought = {key: _as_applied(obj, live) for key, obj, live in _pairs(brought, below)}
        kept = [obj for obj in below.objects if key_of(obj) not in brought]
        found[resource] = Listing([*kept, *brought.values()], below.refused, below.refused_in, frozenset(brought))
    return found


def _pairs(
    brought: Mapping[tuple[str, str], KubeObject], below: Listing
) -> list[tuple[tuple[str, str], KubeObject, KubeObject]]:
    live = {key_of(obj): obj for obj in below.objects}
    return [(key, obj, live.get(key, {})) for key, obj in brought.items()]


def _as_applied(obj: KubeObject, live: KubeObject) -> KubeObject:
    """With the label that runs set, since it reaches the pods."""
    mark = mapping(mapping(live.get("metadata")).get("labels")).get(PART_OF_LABEL)
    if mark is None:
        return obj
    metadata = mapping(obj.get("metadata"))
    return {**obj, "metadata": {**metadata, "labels": {**mapping(metadata.get("labels")), PART_OF_LABEL: mark}}}


def without_cluster(objects: Sequence[KubeObject], fallbacks: Iterable[str]) -> dict[Resource, Listing]:
    """Namespaces have what the files say, and exist. Of ``fallbacks`` (platform, shared) without a ServerConfig there
    nothing is known.
    """
    namespaces = {
        namespace for resource in KINDS for namespace, _name in map(key_of, of(resource, objects)) if namespace
    }
    told = {key_of(obj)[0] for obj in of(SERVER_CONFIG, objects)}
    untold = {name: _NO_CLUSTER for name in fallbacks if name not in told}
    unread: Mapping[str, Refusal] = dict.fromkeys((*namespaces, *untold), _NO_CLUSTER)
    base = {resource: Listing(refused=_NO_CLUSTER) for resource in KINDS}
    base[NAMESPACE] = Listing(refused_in=unread)
    base[SERVER_CONFIG] = Listing(refused_in=untold)
    for resource in KINDS:
        if resource.kind in ("Server", "SeldonRuntime"):
            base[resource] = Listing()
    return overlaid(base, objects)
