# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The module ``quota_check``: its options and its one call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ..applyset.resolve import is_path_segment
from ..kube.argument_spec import AUTH_ARGUMENT_SPEC
from ..kube.client import KubeClient
from ..kube.connection import connect, require_libraries
from ..kube.discovery import Discovery
from ..kube.errors import Forbidden, Invalid, KubeError, NotFound
from ..kube.known import DEPLOYMENT, NAMESPACE, SELDON_CONFIG, SELDON_RUNTIME, SERVER, SERVER_CONFIG
from ..kube.objects import by_name, mappings, spec_of
from ..kube.process import ENVIRON
from ..kube.resource import Resource
from ..kube.text import is_dns_label
from ..kube.types import KubeObject
from ..manifests.load import load_manifests
from ..manifests.problem import ManifestError
from ..operators.image import Version
from ..quota.finding import plain
from ..quota.recommend import raised, recommended_quota
from ..quota.report import Verdict
from ..tenant.central import central_version
from ..tenant.containers import merged_containers
from ..tenant.operator import CENTRAL
from ..tenant.options import ContainerLimits
from .assess import Assessment, assess
from .change import Change
from .data import as_data
from .namespace_change import SeldonObjects, namespace_change
from .oracle import ask_server
from .read import read_state
from .seldon import NEWEST
from .text import as_text

FAIL_ON: Mapping[str, Sequence[Verdict]] = {
    "nothing": (),
    "exceeds": (Verdict.EXCEEDS, Verdict.INVALID),
    "unknown": (Verdict.EXCEEDS, Verdict.INVALID, Verdict.UNKNOWN),
    "max": (Verdict.EXCEEDS, Verdict.INVALID, Verdict.UNKNOWN, Verdict.FITS_NOW_NOT_AT_MAX),
}
RECOMMENDED = (
    "requests.cpu",
    "requests.memory",
    "limits.cpu",
    "limits.memory",
    "persistentvolumeclaims",
    "services.loadbalancers",
)

ARGUMENT_SPEC: dict[str, dict[str, Any]] = {
    **AUTH_ARGUMENT_SPEC,
    "namespace": {"type": "str", "required": True},
    "definition": {"type": "list", "elements": "dict", "default": []},
    "src": {"type": "list", "elements": "path", "default": []},
    "kustomize_binary": {"type": "path"},
    "platform_namespace": {"type": "str", "default": "seldon-system"},
    "head_start": {"type": "int", "default": 25},
    "verify": {"type": "str", "choices": ["nothing", "server"], "default": "nothing"},
    "fail_on": {"type": "str", "choices": list(FAIL_ON), "default": "nothing"},
}


def run_quota_check(params: Mapping[str, Any], environ: Mapping[str, str] = ENVIRON) -> dict[str, Any]:
    """The module's result; one that did not pass has ``failed`` and ``msg``."""
    try:
        require_libraries()
        result, verdict = _check(params, environ)
    except (KubeError, ManifestError) as error:
        return {"changed": False, "failed": True, "msg": str(error)}
    if verdict in FAIL_ON[params["fail_on"]]:
        return {**result, "failed": True, "msg": f"the change {verdict.value.replace('_', ' ')}:\n{result['text']}"}
    return result


def _check(params: Mapping[str, Any], environ: Mapping[str, str]) -> tuple[dict[str, Any], Verdict]:
    namespace = params["namespace"]
    for option in ("namespace", "platform_namespace"):
        if not is_dns_label(params[option]):
            raise Invalid(
                f"{option}: {params[option]!r} is not a namespace's name. Expected at most 63 of the characters a-z, 0-9 and -"
            )
    if not 0 <= params["head_start"] <= 1000:
        raise Invalid(f"head_start: {params['head_start']} is no percentage. Expected 0 to 1000")
    given = [*params["definition"]]
    if params["src"]:
        given += [manifest.object for manifest in load_manifests(params["src"], kustomize=params["kustomize_binary"])]
    client = connect(params, environ)
    discovery = client.discover()
    desired = _in_namespace(given, namespace, discovery)
    unread: list[str] = []
    live = _seldon_objects(client, namespace, unread)
    platform = _seldon_objects(client, params["platform_namespace"], unread, configs_only=True)
    change, unresolved = namespace_change(desired, live, platform, _release(client, params["platform_namespace"]))
    holder = _namespace(client, namespace)
    with ThreadPoolExecutor(max_workers=8) as executor:
        state = read_state(client, namespace, holder is not None, change, discovery, executor)
    assessment = assess(change, state, {resource.group_resource for resource in discovery.resources})
    unresolved += unread
    answers = ask_server(client, namespace, change.servers) if params["verify"] == "server" and state.exists else []
    refused = [f"{answer.subject}: {answer.refusal}" for answer in answers if answer.refusal]
    if holder and holder["metadata"].get("deletionTimestamp"):
        refused.insert(0, f"Namespace {namespace}: is being deleted, and takes no new object. Wait until it is gone")
    verdict = _verdict(assessment, unresolved, refused)
    return {
        "changed": False,
        **as_data(assessment),
        "verdict": verdict.value,
        "unresolved": unresolved,
        "verified": [{"subject": answer.subject, "refusal": answer.refusal} for answer in answers],
        "recommended_quota": recommended_quota(assessment.demands, RECOMMENDED, params["head_start"]),
        "recommended_limits": recommended_limits(change),
        "text": "\n".join(as_text(assessment, [*unresolved, *refused], verdict)),
    }, verdict


def recommended_limits(change: Change) -> dict[str, dict[str, str]]:
    """A LimitRange's defaults under which no pod of the Servers and of the runtime is refused."""
    standard = ContainerLimits()
    containers = [container for plan in change.servers for container in merged_containers(plan.pod_spec, None)]
    for runtime, config in change.runtimes:
        overrides = {
            str(entry.get("name")): entry.get("podSpec") for entry in mappings(spec_of(runtime).get("overrides"))
        }
        for component in mappings(spec_of(config).get("components")):
            containers += merged_containers(component.get("podSpec"), overrides.get(str(component.get("name"))))
    resources = [(container.requests, container.limits) for container in containers]
    return {"default": raised(standard.default, resources), "defaultRequest": dict(standard.default_request)}


def _verdict(assessment: Assessment, unresolved: Sequence[str], refused: Sequence[str]) -> Verdict:
    """The assessment's, unless something is known that it cannot know."""
    verdict = assessment.report.verdict
    if refused:
        return Verdict.INVALID
    return Verdict.UNKNOWN if unresolved and verdict in (Verdict.FITS, Verdict.FITS_NOW_NOT_AT_MAX) else verdict


def _in_namespace(objects: Sequence[KubeObject], namespace: str, discovery: Discovery) -> list[tuple[str, KubeObject]]:
    """(resource, object) of the namespaced ones. Raises Invalid for what is no object, of another namespace, or of an unknown kind."""
    found = []
    for number, obj in enumerate(objects):
        metadata = obj.get("metadata")
        if not isinstance(metadata, Mapping) or not isinstance(metadata.get("name"), str):
            raise Invalid(f"object {number}: has no metadata.name. Give whole objects")
        if not is_path_segment(metadata["name"]) or not metadata["name"].isprintable():
            raise Invalid(
                f"object {number}: metadata.name {plain(metadata['name'])} is not the name of an object. Correct it"
            )
        title = f"{plain(obj.get('kind'))} {metadata['name']}"
        kind = discovery.find(str(obj.get("apiVersion")), str(obj.get("kind")))
        if kind is None:
            raise Invalid(
                f"{title}: the cluster serves no {plain(obj.get('kind'))} in {plain(obj.get('apiVersion'))}. Correct it, or install its CRD"
            )
        if kind == NAMESPACE:
            continue
        if metadata.get("namespace") not in (None, "", namespace):
            raise Invalid(
                f"{title}: is in namespace {plain(metadata['namespace'])}, and {namespace} is checked. Leave it out, or check that namespace"
            )
        if kind.namespaced:
            found.append((kind.group_resource, {**obj, "metadata": {**metadata, "namespace": namespace}}))
    return found


def _seldon_objects(
    client: KubeClient, namespace: str, unread: list[str], *, configs_only: bool = False
) -> SeldonObjects:
    """A kind that may not be read has no objects, and ``unread`` says so."""

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


def _release(client: KubeClient, platform_namespace: str) -> Version:
    """Of the central operator; the newest where that cannot be told."""
    try:
        return central_version(client.get(DEPLOYMENT, platform_namespace, CENTRAL)) or NEWEST
    except (NotFound, Forbidden):
        return NEWEST


def _namespace(client: KubeClient, name: str) -> KubeObject | None:
    """None where there is none."""
    try:
        return client.get(NAMESPACE, None, name)
    except NotFound:
        return None
    except Forbidden:  # whoever may not read namespaces asks about one that is there
        return {}
