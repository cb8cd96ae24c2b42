# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a change uses of the quotas and limits of its namespace, and what is recommended for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from ..applyset.resolve import is_path_segment
from ..diagnosis.quoting import escaped
from ..kube.client import KubeClient
from ..kube.discovery import Discovery
from ..kube.errors import Forbidden, Invalid, NotFound
from ..kube.objects import by_name, mapping
from ..kube.resource import Resource
from ..kube.resources import DEPLOYMENT, NAMESPACE, SELDON_CONFIG, SELDON_RUNTIME, SERVER, SERVER_CONFIG
from ..kube.terminating import until_gone
from ..kube.types import KubeObject
from ..operators.central import central_version, uses_deployments
from ..quota.container_limits import ContainerLimits
from ..quota.recommend import raised, recommended_quota
from ..quota.report import Verdict
from ..resolved_tenant.resolved_tenant import ResolvedTenant
from ..seldon.operator_names import MANAGER_DEPLOYMENT
from ..seldon.release import NEWEST
from .assess import Assessment, assess
from .data import as_data
from .namespace_change import Operator, SeldonObjects, namespace_change
from .oracle import ask_server
from .read import read_state
from .text import as_text, unresolved_of

_RECOMMENDED = (
    "requests.cpu",
    "requests.memory",
    "limits.cpu",
    "limits.memory",
    "persistentvolumeclaims",
    "services.loadbalancers",
)


@dataclass(frozen=True)
class Question:
    """The options, checked. ``head_start`` is a percentage above what is used. With ``ask_server`` the API server is
    asked by dry-runs, too.
    """

    namespace: str
    platform_namespace: str
    objects: Sequence[KubeObject]
    head_start: int
    ask_server: bool


def quota_check(client: KubeClient, question: Question) -> tuple[dict[str, Any], Verdict]:
    """The result as plain data, and its verdict. Raises KubeError."""
    namespace = question.namespace
    discovery = client.discover()
    desired = in_namespace(question.objects, namespace, discovery)
    unread: list[str] = []
    live = _seldon_objects(client, namespace, unread)
    platform = _seldon_objects(client, question.platform_namespace, unread, configs_only=True)
    holder = _namespace(client, namespace)
    labelled = {"metadata": {"name": namespace, "labels": mapping((holder or {}).get("metadata")).get("labels")}}
    operator = _operator(client, question.platform_namespace)
    change = namespace_change(desired, labelled, live, question.platform_namespace, platform, operator)
    with ThreadPoolExecutor(max_workers=8) as executor:
        state = read_state(client, namespace, holder is not None, change, discovery, executor)
    assessment = assess(change, state, {resource.group_resource for resource in discovery.resources})
    unresolved = [*unresolved_of(change), *unread]
    asked = change.tenant.planned_servers if question.ask_server and state.exists else []
    answers = ask_server(client, namespace, asked)
    refused = [f"{answer.subject}: {answer.refusal}" for answer in answers if answer.refusal]
    if holder and holder["metadata"].get("deletionTimestamp"):
        refused.insert(
            0,
            f"Namespace {namespace}: is being deleted and accepts no new objects; {until_gone(namespace)}",
        )
    verdict = _verdict(assessment, unresolved, refused)
    return {
        "changed": False,
        **as_data(assessment),
        "verdict": verdict.value,
        "unresolved": unresolved,
        "verified": [{"subject": str(answer.subject), "refusal": answer.refusal} for answer in answers],
        "recommended_quota": recommended_quota(assessment.demands, _RECOMMENDED, question.head_start),
        "recommended_limits": recommended_limits(change.tenant),
        "text": "\n".join(as_text(assessment, [*unresolved, *refused], verdict)),
    }, verdict


def recommended_limits(tenant: ResolvedTenant) -> dict[str, dict[str, str]]:
    """A LimitRange's defaults under which no pod of the Servers and of the runtime is refused."""
    standard = ContainerLimits()
    resources = [(container.requests, container.limits) for container in tenant.containers]
    return {"default": raised(standard.default, resources), "defaultRequest": dict(standard.default_request)}


def _verdict(assessment: Assessment, unresolved: Sequence[str], refused: Sequence[str]) -> Verdict:
    """The assessment's, unless something is known that it cannot know."""
    verdict = assessment.report.verdict
    if refused:
        return Verdict.INVALID
    return Verdict.UNKNOWN if unresolved and verdict in (Verdict.FITS, Verdict.FITS_NOW_NOT_AT_MAX) else verdict


def in_namespace(objects: Sequence[KubeObject], namespace: str, discovery: Discovery) -> list[tuple[str, KubeObject]]:
    """(resource, object) of the namespaced ones. Raises Invalid for an entry that is not an object, is of another
    namespace, or is of an unknown kind.
    """
    found = []
    for number, obj in enumerate(objects):
        metadata = obj.get("metadata")
        if not isinstance(metadata, Mapping) or not isinstance(metadata.get("name"), str):
            raise Invalid(f"object {number}: has no metadata.name. Expected complete objects")
        if not is_path_segment(metadata["name"]) or not metadata["name"].isprintable():
            raise Invalid(
                f"object {number}: metadata.name {escaped(metadata['name'])} is not the name of an object. Correct it"
            )
        title = f"{escaped(obj.get('kind'))} {metadata['name']}"
        kind = discovery.find(str(obj.get("apiVersion")), str(obj.get("kind")))
        if kind is None:
            raise Invalid(
                f"{title}: the cluster serves no {escaped(obj.get('kind'))} in {escaped(obj.get('apiVersion'))}. Correct it, or install its CRD"
            )
        if kind == NAMESPACE:
            continue
        if metadata.get("namespace") not in (None, "", namespace):
            raise Invalid(
                f"{title}: is in namespace {escaped(metadata['namespace'])}, and {namespace} is checked. Leave it out, or check that namespace"
            )
        if kind.namespaced:
            found.append((kind.group_resource, {**obj, "metadata": {**metadata, "namespace": namespace}}))
    return found


def _seldon_objects(
    client: KubeClient, namespace: str, unread: list[str], *, configs_only: bool = False
) -> SeldonObjects:
    """A kind that may not be read has no objects, and is listed in ``unread``."""

    def read(kind: Resource) -> Mapping[str, KubeObject]:
        try:
            return by_name(client.list(kind, namespace))
        except NotFound:
            return {}
        except Forbidden as error:
            unread.append(f"{kind.plural} of {namespace} could not be read: {error.message}")
            return {}

    configs, seldon_configs = read(SERVER_CONFIG), read(SELDON_CONFIG)
    if configs_only:
        return SeldonObjects({}, configs, {}, seldon_configs)
    return SeldonObjects(read(SERVER), configs, read(SELDON_RUNTIME), seldon_configs)


def _operator(client: KubeClient, platform_namespace: str) -> Operator:
    """The central one; the newest where that cannot be read."""
    try:
        central = client.get(DEPLOYMENT, platform_namespace, MANAGER_DEPLOYMENT)
    except (NotFound, Forbidden):
        return Operator()
    return Operator(central_version(central) or NEWEST, uses_deployments(central))


def _namespace(client: KubeClient, name: str) -> KubeObject | None:
    """None where there is none."""
    try:
        return client.get(NAMESPACE, None, name)
    except NotFound:
        return None
    except Forbidden:  # without permission to read namespaces, the namespace is assumed to exist
        return {}
