# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the scheduler will not accept of a team's Models, Experiments and Pipelines, and what has no effect."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ...diagnosis.diagnostic import Diagnostic, Severity
from ...diagnosis.quoting import quoted, shorten, shown_name
from ...diagnosis.subject import Subject
from ...kube.objects import by_name, mappings, name_of, of, spec_of
from ...kube.resource import Resource
from ...kube.resources import EXPERIMENT, MODEL, PIPELINE, SECRET
from ...kube.types import KubeObject
from ...resolved_tenant.resolved_tenant import ResolvedTenant
from ...seldon.capabilities import capabilities_of
from ...seldon.experiment_rules import experiment_refusals
from ...seldon.model_rules import model_refusals
from ...seldon.pipeline_rules import pipeline_refusals, unused_tensor_names
from ...seldon.placement import Host, Placement, place
from ...seldon.refusal import Refusal
from ...seldon.step_names import EXTERNAL_LISTS, external_names
from ..workloads import Workloads
from .near import did_you_mean

_MOST = 3


def refused(team: Sequence[KubeObject], tenant: ResolvedTenant, workloads: Workloads) -> Iterator[Diagnostic]:
    """Errors: the scheduler, the operator or the agent never accepts these objects."""
    servers = hosts(tenant)
    for model in of(MODEL, team):
        yield from (_diagnostic(MODEL, model, refusal) for refusal in model_refusals(model))
        yield from _unplaced(model, servers, tenant.name)
        yield from _secret_keys(model, team)
    for experiment in of(EXPERIMENT, team):
        found = experiment_refusals(experiment, workloads.experiments)
        yield from (_diagnostic(EXPERIMENT, experiment, refusal) for refusal in found)
    for pipeline in of(PIPELINE, team):
        yield from (_diagnostic(PIPELINE, pipeline, refusal) for refusal in pipeline_refusals(pipeline))


def ineffective(team: Sequence[KubeObject], tenant: ResolvedTenant, workloads: Workloads) -> Iterator[Diagnostic]:
    """Warnings: these are accepted, and do nothing, or nothing yet."""
    servers = hosts(tenant)
    for model in of(MODEL, team):
        yield from _waits_for_replicas(model, servers)
    pipelines = by_name(workloads.pipelines)
    for pipeline in of(PIPELINE, team):
        for refusal in (*unused_tensor_names(pipeline), *_external_steps(pipeline, pipelines)):
            yield _diagnostic(PIPELINE, pipeline, refusal, Severity.WARNING)


def hosts(tenant: ResolvedTenant) -> list[Host]:
    """The tenant's Servers as the scheduler will know them. One without a ServerConfig is reported elsewhere."""
    return [
        Host(
            server.name,
            None if server.effective is None else capabilities_of(server.effective.pod_spec),
            1 if server.effective is None else server.effective.replicas,
        )
        for server in tenant.servers
    ]


def _unplaced(model: KubeObject, servers: Sequence[Host], tenant: str) -> Iterator[Diagnostic]:
    placement, named = place(model, servers), spec_of(model).get("server")
    if placement.hosts:
        return
    if not placement.asked and isinstance(named, str):
        names = [server.name for server in servers]
        step = f"correct the name, or create the Server; {tenant} has {_few(names) or 'no Server'}"
        reason = f"Server {shown_name(named)} does not exist in {tenant}"
        yield _of_model(model, "spec.server", reason, did_you_mean(named, names, step))
    elif not placement.asked:
        step = "add a Server to the team's manifests, or remove the Model"
        yield _of_model(model, "spec.requirements", f"{tenant} has no Server that could load it", step)
    else:
        yield _unmet(model, placement)


def _unmet(model: KubeObject, placement: Placement) -> Diagnostic:
    asked = placement.asked
    whose = f"Server {asked[0].name}" if len(asked) == 1 else "no Server"
    offers = "does not offer" if len(asked) == 1 else "offers"
    words = placement.missing or tuple(placement.requirements)
    listed = ", ".join(f'"{shorten(word)}"' for word in words)
    reason = f"{whose} {offers} {listed}" if placement.missing else f"no Server offers all of {listed}"
    offered = sorted({word for host in asked for word in host.capabilities or ()})
    step = "correct it, or add the capability to the Server (spec.capabilities, or its ServerConfig)"
    details = tuple(f"Server {host.name} offers {', '.join(host.capabilities or ())}" for host in asked[:_MOST])
    near = did_you_mean(words[0], offered, step) if placement.missing else step
    return _of_model(model, placement.requirements[words[0]], reason, near, details)


def _waits_for_replicas(model: KubeObject, servers: Sequence[Host]) -> Iterator[Diagnostic]:
    suitable = place(model, servers).hosts
    if suitable and all(host.replicas == 0 for host in suitable):
        reason = f"is not loaded before Server {suitable[0].name} has a replica: its spec.replicas is 0"
        step = f"set spec.replicas of Server {suitable[0].name} to 1 or more"
        yield Diagnostic(
            Subject(MODEL.kind, name_of(model)), reason, "spec.server", next_steps=(step,), severity=Severity.WARNING
        )


def _secret_keys(model: KubeObject, team: Iterable[KubeObject]) -> Iterator[Diagnostic]:
    """A storage Secret of the team with another number of keys than one: the agent cannot read it."""
    name = spec_of(model).get("secretName")
    secret = by_name(of(SECRET, team)).get(name) if isinstance(name, str) else None
    if secret is not None:
        keys = {key for part in ("data", "stringData") if isinstance(secret.get(part), dict) for key in secret[part]}
        if len(keys) != 1:
            reason = (
                f"Secret {shown_name(name)} has {len(keys)} keys, and Seldon's agent reads a Secret with exactly one"
            )
            yield _of_model(model, "spec.secretName", reason, "keep one key, with the definition of one rclone remote")


def _external_steps(pipeline: KubeObject, pipelines: dict[str, KubeObject]) -> Iterator[Refusal]:
    """Steps of other Pipelines that these do not have."""
    for key in EXTERNAL_LISTS:
        for field, name, step in external_names(spec_of(pipeline), key):
            names = tuple(str(entry.get("name")) for entry in mappings(spec_of(pipelines.get(name, {})).get("steps")))
            if step and names and step not in names:
                reason = f"{quoted(step)} is not a step of Pipeline {shown_name(name)}"
                yield Refusal(field, reason, wanted=step, names=names)


def _of_model(model: KubeObject, field: str, reason: str, next_step: str, details: tuple[str, ...] = ()) -> Diagnostic:
    subject = Subject(MODEL.kind, name_of(model))
    return Diagnostic(
        subject, f"{reason} ({field})", field, details=details, next_steps=(next_step,), code="model_unplaced"
    )


def _diagnostic(
    resource: Resource, obj: KubeObject, refusal: Refusal, severity: Severity = Severity.ERROR
) -> Diagnostic:
    field, reason, step, wanted, names = refusal
    if wanted:
        step = did_you_mean(wanted, names, f"write one of {_few(list(names))}" if names else "correct the name")
    subject = Subject(resource.kind, name_of(obj))
    return Diagnostic(subject, f"{field}: {reason}", field, next_steps=(step,), severity=severity)


def _few(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST} more" if len(names) > _MOST else ""
    return ", ".join(map(shown_name, names[:_MOST])) + more
