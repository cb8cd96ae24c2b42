# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Sorts the objects of a team folder: those to apply, those that the platform manages itself, and those that are refused."""

from __future__ import annotations

import copy
import difflib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from ..diagnosis.diagnostic import Diagnostic
from ..diagnosis.quoting import shorten
from ..kube.resource import Resource
from .manifest import Manifest
from .names import collisions, name_fault
from .team_fields import field_faults
from .team_kinds import APPLIED, CLUSTER_SCOPED, LEFT, NAMESPACE_REASON, NAMESPACE_STEP, LeftKind, TeamKind
from .team_rbac import rbac_fault

_APPLIED = {kind.group_kind: kind for kind in APPLIED}
_LEFT = {kind.group_kind: kind for kind in LEFT}
_RULED: dict[str, TeamKind] = {**_APPLIED, **_LEFT}
OPTION = "tenant_namespace_extra_kinds"
_SERVER_WRITTEN = ("uid", "resourceVersion", "managedFields", "selfLink")


class Served(Protocol):
    """The kinds that the API server serves (kube.discovery.Discovery)."""

    def find(self, api_version: str, kind: str) -> Resource | None:
        """The resource, or None where it is not served."""

    def versions_of(self, kind: str) -> list[str]:
        """The apiVersions that serve a kind of this name."""

    @property
    def kinds(self) -> list[str]:
        """All served kinds."""


class RuleOptionError(ValueError):
    """``extra_kinds`` names a kind that is never applied for a team."""


@dataclass(frozen=True)
class Ruling:
    """Why an object is left out or refused, and the next step."""

    manifest: Manifest
    diagnostic: Diagnostic


@dataclass(frozen=True)
class TeamObjects:
    """The verdict on a set. ``applied`` are copies with the tenant's namespace. An object may be refused for several
    reasons; a set with a refusal is not applied at all.
    """

    applied: tuple[Manifest, ...]
    left: tuple[Ruling, ...]
    refused: tuple[Ruling, ...]


def sort_team_objects(
    manifests: Iterable[Manifest],
    namespace: str,
    served: Served,
    *,
    extra_kinds: Collection[str] = (),
    platform_objects: Mapping[tuple[str, str], str] | None = None,
) -> TeamObjects:
    """Sorts a tenant's manifests by the rules of docs/team-manifests.md. Sends no requests and changes no argument.

    ``extra_kinds`` are further namespaced kinds that the platform team allows, as ``Kind.group``
    (``VirtualService.networking.istio.io``). ``platform_objects`` maps (``Kind.group``, name) of objects that the
    platform itself applies in the tenant's namespace to the reason; a team's object of that name is left out. Raises
    RuleOptionError for an extra kind that is never applied for a team.
    """
    _check_extra_kinds(extra_kinds)
    rules = _Rules(namespace, served, frozenset(extra_kinds), platform_objects or {})
    applied: list[Manifest] = []
    left: list[Ruling] = []
    refused: list[Ruling] = []
    for manifest in manifests:
        wrong = rules.refusal(manifest)
        if wrong is not None:
            refused.append(wrong)
            continue
        kept_out = rules.left(manifest)
        if kept_out is not None:
            left.append(kept_out)
            continue
        refused.extend(rules.faults(manifest))
        applied.append(with_namespace(manifest, namespace))
    refused.extend(_ruling(manifest, "metadata.name", reason, step) for manifest, reason, step in collisions(applied))
    refused.extend(_duplicates(applied, namespace))
    faulty = {ruling.manifest.index for ruling in refused}
    return TeamObjects(
        tuple(manifest for manifest in applied if manifest.index not in faulty),
        tuple(left),
        tuple(sorted(refused, key=lambda ruling: ruling.manifest.index)),
    )


def _instead(manifest: Manifest) -> str:
    """The next step for an object with the name of one that the platform writes."""
    if manifest.group_kind != "ServiceAccount":
        return "remove it, or choose another name"
    step = "remove it, or choose another name and set it as serviceAccountName in the pod specs"
    if manifest.object.get("imagePullSecrets"):
        step += "; for the pull secrets alone, set imagePullSecrets in the pod specs (of a Server: spec.podSpec.imagePullSecrets)"
    return step


def _ruling(manifest: Manifest, field: str, reason: str, next_step: str) -> Ruling:
    return Ruling(manifest, manifest.problem(field, reason, next_step))


def with_namespace(manifest: Manifest, namespace: str) -> Manifest:
    """A copy whose metadata.namespace is set."""
    obj = copy.deepcopy(manifest.object)
    obj["metadata"]["namespace"] = namespace
    return replace(manifest, object=obj)


@dataclass(frozen=True)
class _Rules:
    namespace: str
    served: Served
    extra_kinds: frozenset[str]
    platform_objects: Mapping[tuple[str, str], str]

    def refusal(self, manifest: Manifest) -> Ruling | None:
        """Why the object cannot be in this namespace at all, the worst reason first."""
        if manifest.group_kind == "Namespace":
            return self._other_namespace_object(manifest)
        resource = self.served.find(manifest.api_version, manifest.kind)
        cluster_scoped = manifest.group_kind in CLUSTER_SCOPED or (resource is not None and not resource.namespaced)
        if cluster_scoped:
            step = "remove it, or ask the platform team to install it"
            return _ruling(manifest, "kind", f"{manifest.kind} belongs to the whole cluster, not to a tenant", step)
        if manifest.namespace not in (None, self.namespace):
            return _ruling(
                manifest,
                "metadata.namespace",
                f'"{shorten(str(manifest.namespace))}" is not the tenant\'s namespace {self.namespace}',
                'remove the line, or "namespace" from the kustomization, or move the object to that tenant\'s folder',
            )
        rule = _RULED.get(manifest.group_kind)
        if rule is not None:
            return self._version(manifest, rule, resource) or self._permissions(manifest)
        if resource is None:
            return self._unknown(manifest)
        if manifest.group_kind not in self.extra_kinds:
            step = f'ask the platform team to add "{manifest.group_kind}" to {OPTION}, or remove it'
            return _ruling(
                manifest, "kind", f"no rule names {manifest.group_kind}, so it is not applied for a team", step
            )
        return None

    def left(self, manifest: Manifest) -> Ruling | None:
        """Why the platform manages the object itself; None when it is the team's."""
        if manifest.group_kind == "Namespace":
            return _ruling(manifest, "", NAMESPACE_REASON, NAMESPACE_STEP)
        rule = _LEFT.get(manifest.group_kind)
        if rule is not None:
            return _ruling(manifest, "", rule.reason, rule.next_step)
        reason = self.platform_objects.get((manifest.group_kind, manifest.name))
        if reason is not None:
            return _ruling(manifest, "metadata.name", reason, _instead(manifest))
        return None

    def faults(self, manifest: Manifest) -> list[Ruling]:
        """The faults of an object that would otherwise be applied."""
        rulings = []
        fault = name_fault(manifest)
        if fault is not None:
            rulings.append(_ruling(manifest, "metadata.name", *fault))
        for key in _SERVER_WRITTEN:
            if manifest.object["metadata"].get(key) is not None:
                reason = "is written by the API server, so this is a copy of a live object"
                rulings.append(_ruling(manifest, f"metadata.{key}", reason, "remove the line"))
        return [*rulings, *(Ruling(manifest, fault) for fault in field_faults(manifest))]

    def _other_namespace_object(self, manifest: Manifest) -> Ruling | None:
        if manifest.name == self.namespace:
            return None
        reason = f"a tenant's folder may define no namespace except {self.namespace}"
        return _ruling(
            manifest, "metadata.name", reason, "remove it, or ask the platform team for a tenant of that name"
        )

    def _permissions(self, manifest: Manifest) -> Ruling | None:
        fault = rbac_fault(manifest, self.namespace)
        return Ruling(manifest, fault) if fault else None

    def _version(self, manifest: Manifest, rule: TeamKind, resource: Resource | None) -> Ruling | None:
        if resource is not None or (
            isinstance(rule, LeftKind) and manifest.api_version.rpartition("/")[2] in rule.versions
        ):
            return None
        served = [
            version
            for version in self.served.versions_of(manifest.kind)
            if version.rpartition("/")[0] == manifest.group
        ]
        if served:
            expected = " or ".join(served)
        elif manifest.api_version.rpartition("/")[2] not in rule.versions:
            expected = rule.api_version
        else:
            reason = f"the cluster does not serve {manifest.kind} of {manifest.api_version}"
            return _ruling(
                manifest, "apiVersion", reason, "ask the platform team to install its CRD or to update the cluster"
            )
        return _ruling(
            manifest,
            "apiVersion",
            f'"{manifest.api_version}" is not served; expected {expected}',
            f"write apiVersion: {expected}",
        )

    def _unknown(self, manifest: Manifest) -> Ruling:
        same_kind = [rule.api_version for rule in _RULED.values() if rule.kind == manifest.kind]
        if manifest.kind == "Namespace":
            same_kind = ["v1"]
        same_kind = same_kind or self.served.versions_of(manifest.kind)
        if same_kind:
            expected = " or ".join(same_kind)
            reason = f'{manifest.kind} is not a kind of "{shorten(manifest.api_version)}"; expected {expected}'
            return _ruling(manifest, "apiVersion", reason, f"write apiVersion: {expected}")
        close = _closest_kind(manifest.kind, self.served.kinds)
        if close:
            versions = [rule.api_version for rule in _RULED.values() if rule.kind == close] or self.served.versions_of(
                close
            )
            step = f"did you mean {close} ({', '.join(versions)})?"
        else:
            step = "ask the platform team to install its CRD, or remove it"
        return _ruling(manifest, "kind", f"the cluster has no kind {manifest.kind} in {manifest.api_version}", step)


def _closest_kind(kind: str, served: Iterable[str]) -> str | None:
    ruled = sorted({rule.kind for rule in _RULED.values()})
    # A kind that a rule names is more probable, so these are searched first, without regard to case.
    for names in (ruled, sorted(set(served))):
        by_lower = {name.lower(): name for name in names}
        close = difflib.get_close_matches(kind.lower(), by_lower, 1, 0.75)
        if close:
            return by_lower[close[0]]
    return None


def _duplicates(applied: list[Manifest], namespace: str) -> Iterable[Ruling]:
    """Objects that are the same one once a missing namespace is set to the tenant's."""
    seen: dict[tuple[str, str], Manifest] = {}
    for manifest in applied:
        first = seen.setdefault((manifest.group_kind, manifest.name), manifest)
        if first is not manifest:
            yield _ruling(manifest, "", f"is already given at {first.place}", "keep one of the two")


def _check_extra_kinds(extra_kinds: Collection[str]) -> None:
    for name in extra_kinds:
        if name in _LEFT or name in CLUSTER_SCOPED or name == "Namespace":
            raise RuleOptionError(f'{OPTION}: "{name}" is never applied for a team; remove it from the list')
        kind = name.partition(".")[0]
        if not kind[:1].isupper() or not kind.isalnum():
            raise RuleOptionError(
                f'{OPTION}: "{shorten(name)}" is not written as Kind.group, for example VirtualService.networking.istio.io'
            )
