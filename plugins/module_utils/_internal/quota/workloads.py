# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The demands of Kubernetes' own workloads: StatefulSet, Deployment, ReplicaSet, ReplicationController, Job, CronJob,
DaemonSet.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..diagnosis.subject import Subject
from ..kube.amounts import Amount, raise_to, whole
from .charge import Charge
from .demand import Demand, PerReplica, Rolling, Surge, Times
from .object_usage import Admission, claim_charge, counted, object_charge, pod_charge
from .pod import read_pod
from .reading import Reading
from .violations import template_violations

_NOT_KNOWN = "a DaemonSet has as many pods as the cluster has matching nodes"


@dataclass(frozen=True)
class Before:
    """The live objects. ``held``: charges of the objects that the demand replaces (live pods, Services, the workload
    itself).

    ``rolls``: whether the pod template changes. Only then live pods are recreated, and a Deployment runs old and new ones
    at the same time. ``claims``: names of all PersistentVolumeClaims of the namespace. Claims of a StatefulSet remain and
    are counted, also where it does not use them.
    """

    held: Sequence[Charge] = ()
    rolls: bool = False
    claims: frozenset[str] = frozenset()

    def kept(self) -> tuple[Charge, ...]:
        """Live pods that are not recreated."""
        return () if self.rolls else tuple(charge for charge in self.held if charge.pod is not None)


NEW = Before()
NO_CHARGE = Charge({})


def workload_demand(obj: object, admission: Admission, before: Before = NEW) -> Demand | None:
    """The demand of a workload; None for any other kind. Without the replicas that an autoscaler may add."""
    reading, later = Reading(), Reading()
    given = reading.mapping(obj, "")
    kind, spec = reading.text(given.get("kind"), "kind"), reading.mapping(given.get("spec"), "spec")
    name = reading.text(reading.mapping(given.get("metadata"), "metadata").get("name"), "metadata.name")
    template = reading.mapping(spec.get("template"), "spec.template").get("spec")
    subject = Subject(kind, name)
    if kind == "StatefulSet":
        replicas = reading.count(spec.get("replicas"), "spec.replicas", 1)
        first = reading.count(
            reading.mapping(spec.get("ordinals"), "spec.ordinals").get("start"), "spec.ordinals.start", 0
        )
        pod = pod_of(template, admission, reading, later, "spec.template.spec", replicas, before)
        claims = claims_of(name, spec.get("volumeClaimTemplates"), admission, reading, later, before, replicas, first)
        demand = stateful_set_demand(subject, pod, claims, replicas, before)
    elif kind == "Deployment":
        replicas = reading.count(spec.get("replicas"), "spec.replicas", 1)
        pod = pod_of(template, admission, reading, later, "spec.template.spec", replicas, before)
        demand = deployment_demand(subject, pod, replicas, surge_of(spec.get("strategy"), reading), before)
    elif kind in ("ReplicaSet", "ReplicationController"):
        replicas = reading.count(spec.get("replicas"), "spec.replicas", 1)
        pod = pod_of(template, admission, reading, later, "spec.template.spec", replicas, before)
        resource = "replicasets.apps" if kind == "ReplicaSet" else "replicationcontrollers"
        demand = Demand(
            subject,
            replicas,
            replicas,
            (Times(counted(resource)),),
            pod=pod,
            kept=before.kept(),
            held=held(before.held),
        )
    elif kind == "Job":
        demand = _job(subject, spec, admission, before, reading, later, "spec")
    elif kind == "CronJob":
        demand = _cron_job(subject, spec, admission, before, reading, later)
    elif kind == "DaemonSet":
        pod = pod_charge(template, admission, reading, "spec.template.spec")
        fixed = (Times(counted("daemonsets.apps")),)
        demand = Demand(subject, 0, None, fixed, pod=pod, held=held(before.held), unknown=(_NOT_KNOWN,))
    else:
        return None
    return replace(demand, findings=(*demand.findings, *reading.findings), later=tuple(later.findings))


def object_demand(subject: Subject, obj: object, resource: str, admission: Admission, before: Before = NEW) -> Demand:
    """The demand of a single object: a pod, a Service, a claim, or any kind by its number; ``resource`` as in
    object_charge.
    """
    reading = Reading()
    charge = object_charge(obj, resource, admission, reading)
    return Demand(subject, fixed=(Times(charge),), held=held(before.held), findings=tuple(reading.findings))


def held(charges: Iterable[Charge]) -> tuple[Times, ...]:
    """One Times per charge."""
    return tuple(Times(charge) for charge in charges)


def pod_of(
    spec: object, admission: Admission, reading: Reading, later: Reading, field: str, replicas: int, before: Before
) -> Charge:
    """The charge of a template's pod. The API server always validates a template; LimitRanges apply only to created pods.
    Findings of the latter go to ``later`` where no pod is created now.
    """
    if replicas > len(before.kept()):
        return pod_charge(spec, admission, reading, field)
    template_violations(read_pod(spec, reading, field), reading, field)
    return pod_charge(spec, admission, later, field)


def claims_of(
    workload: str,
    templates: object,
    admission: Admission,
    reading: Reading,
    later: Reading,
    before: Before,
    replicas: int,
    first: int = 0,
) -> tuple[PerReplica, ...]:
    """Claims of a StatefulSet, named ``<template>-<workload>-<ordinal>``; ``first``: the first ordinal. Findings of claims
    that are not created now go to ``later``.

    A template is a PersistentVolumeClaim, or ``name`` and ``spec`` as in a ServerConfig.
    """
    claims = []
    for path, template in reading.mappings(templates, "volumeClaimTemplates"):
        metadata = reading.mapping(template.get("metadata"), f"{path}.metadata")
        name = reading.text(template.get("name") or metadata.get("name"), f"{path}.name")
        existing = _ordinals(f"{name}-{workload}-", before.claims, first)
        is_new = PerReplica(NO_CHARGE, existing).count(replicas) > 0
        claims.append(
            PerReplica(
                claim_charge(template.get("spec"), admission, reading if is_new else later, f"{path}.spec"), existing
            )
        )
    return tuple(claims)


def stateful_set_demand(
    subject: Subject, pod: Charge, per_replica: Sequence[PerReplica], replicas: int, before: Before
) -> Demand:
    """The demand of a StatefulSet. It has no surge: a pod is deleted before its successor is created."""
    fixed = (Times(counted("statefulsets.apps")),)
    return Demand(
        subject,
        replicas,
        replicas,
        fixed,
        tuple(per_replica),
        pod,
        _rolling(before, None),
        before.kept(),
        held=held(before.held),
    )


def deployment_demand(subject: Subject, pod: Charge, replicas: int, surge: Surge | None, before: Before) -> Demand:
    """The demand of a Deployment. ``surge`` is None for the strategy Recreate, which deletes the old pods first. Its
    ReplicaSets count too, and old ones remain.
    """
    sets = max(sum("count/replicasets.apps" in charge.amounts for charge in before.held), 1)
    fixed = (Times(counted("deployments.apps")), Times(counted("replicasets.apps"), sets + before.rolls))
    rolling = _rolling(before, surge) if surge is not None else None
    return Demand(
        subject, replicas, replicas, fixed, (), pod, rolling, before.kept(), surge or Surge(0, 0), held(before.held)
    )


def surge_of(strategy: object, reading: Reading) -> Surge | None:
    """maxSurge of a DeploymentStrategy, 25 % where it is not stated; None for Recreate."""
    given = reading.mapping(strategy, "spec.strategy")
    if given.get("type") == "Recreate":
        return None
    stated = reading.mapping(given.get("rollingUpdate"), "spec.strategy.rollingUpdate").get("maxSurge")
    if stated is None:
        return Surge()
    if isinstance(stated, str):
        digits = stated.removesuffix("%")
        if stated.endswith("%") and digits.isascii() and digits.isdigit() and len(digits) < 10:
            return Surge(percent=int(digits))
        reading.refuse("spec.strategy.rollingUpdate.maxSurge", "is neither a whole number nor a percentage")
        return Surge()
    return Surge(reading.count(stated, "spec.strategy.rollingUpdate.maxSurge", 0), 0)


def _job(
    subject: Subject,
    spec: Mapping[str, Any],
    admission: Admission,
    before: Before,
    reading: Reading,
    later: Reading,
    field: str,
) -> Demand:
    """The demand of a Job: as many pods at once as its parallelism, none while it is suspended. Finished pods still count
    as objects (count/pods); failed ones, and those after the end of a suspension, are not considered.
    """
    parallelism = reading.count(spec.get("parallelism"), f"{field}.parallelism", 1)
    completions = spec.get("completions")
    wanted = reading.count(completions, f"{field}.completions", parallelism)
    at_once = parallelism if completions is None else min(parallelism, wanted)
    template = reading.mapping(spec.get("template"), f"{field}.template").get("spec")
    now = 0 if spec.get("suspend") is True else at_once
    pod = pod_of(template, admission, reading, later, f"{field}.template.spec", now, before)
    finished = Charge({"count/pods": whole(max(wanted - at_once, 0) if now else 0)})
    fixed = (Times(counted("jobs.batch")), Times(finished))
    return Demand(subject, now, at_once, fixed, (), pod, kept=before.kept(), held=held(before.held))


def _cron_job(
    subject: Subject, spec: Mapping[str, Any], admission: Admission, before: Before, reading: Reading, later: Reading
) -> Demand:
    """The demand of a CronJob: no pods now, later one Job at a time, or any number where Jobs may overlap."""
    template = reading.mapping(
        reading.mapping(spec.get("jobTemplate"), "spec.jobTemplate").get("spec"), "spec.jobTemplate.spec"
    )
    job = _job(subject, template, admission, before, later, later, "spec.jobTemplate.spec")
    overlapping = spec.get("concurrencyPolicy") not in ("Forbid", "Replace")
    note = (
        "its Jobs may overlap (concurrencyPolicy Allow): their number is not known"
        if overlapping
        else "counted with one Job at a time"
    )
    fixed = (Times(counted("cronjobs.batch")),)
    return replace(
        job, replicas=0, replicas_at_max=None if overlapping else job.replicas_at_max, fixed=fixed, notes=(note,)
    )


def _rolling(before: Before, surge: Surge | None) -> Rolling | None:
    old = [charge for charge in before.held if charge.pod is not None]
    return Rolling(_largest(old), len(old), surge) if before.rolls and old else None


def _ordinals(prefix: str, names: frozenset[str], first: int) -> tuple[int, ...]:
    """The replicas, counted from 0, that already have a claim."""
    ends = (name.removeprefix(prefix) for name in names if name.startswith(prefix))
    numbers = (int(end) for end in ends if end.isascii() and end.isdigit() and len(end) <= 10 and str(int(end)) == end)
    return tuple(sorted(number - first for number in numbers if number >= first))


def _largest(charges: Sequence[Charge]) -> Charge:
    """The largest amount of each key, with the pod of the first charge for scopes."""
    amounts: dict[str, Amount] = {}
    for charge in charges:
        raise_to(amounts, charge.amounts)
    return Charge(amounts, charges[0].pod)
