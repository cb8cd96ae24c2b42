# SPDX-License-Identifier: GPL-3.0-or-later
"""One case: predict it, create it, compare."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.diagnosis.subject import Subject
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube import resources as known
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.amounts import ONE, whole
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.errors import KubeError
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.objects import by_name
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.quantity import (
    billionths_of,
    parse_quantity,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.resource import Resource
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.types import KubeObject
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota.charge import Charge
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota.check import check
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota.demand import Times
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota.keys import Standing, classify
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota.pod import read_pod
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota.reading import Reading
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota.report import Line, Verdict
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota_check.assess import (
    Assessment,
    assess,
    quotas_of,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota_check.change import Change
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota_check.data import as_data
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota_check.namespace_change import (
    Operator,
    SeldonObjects,
    namespace_change,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota_check.read import read_state
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota_check.text import unresolved_of
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.seldon.image import Version
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.seldon.merge import merge_pod_specs

from tests.integration.tenancy import PLATFORM

from .cases import COMPONENTS, Json, substituted
from .live import Live, Refusal

RELEASE = Version(2, 10, 2)
JOB = Resource("batch", "v1", "jobs", "Job", True)
QUIET = 2.0
"""Seconds without any event after which a state is final."""
STUCK = 5.0
PATIENCE = 60.0
SECOND_LOOK = 25.0
_FIRST = ("LimitRange", "ResourceQuota")


@dataclass
class Outcome:
    """``kind``: admitted, later (admitted in the end, after refusals), refused, unsettled, or by chance (admitted
    because one workload finished its update before another created its pods, which the prediction does not rely on).

    ``disagreements`` are texts. ``discarded``: why the case could not be judged.
    """

    case: Json
    namespace: str
    verdict: str = ""
    kind: str = ""
    disagreements: list[str] = field(default_factory=list)
    discarded: str = ""
    refusals: list[Refusal] = field(default_factory=list)
    assessment: Json = field(default_factory=dict)
    operator_writes: int = 0


class Trial:
    """Runs one case in a namespace of its own."""

    def __init__(self, live: Live, case: Json, namespace: str) -> None:
        self._live, self._namespace = live, namespace
        self._case: Json = substituted(case, namespace, live.node_port)
        self._outcome = Outcome(case, namespace)
        self._refused_at_first: dict[str, KubeObject] = {}
        self._change = Change()

    def run(self) -> Outcome:
        outcome = self._outcome
        try:
            if not self._prepare():
                return outcome
            assessment = self._predict()
            outcome.verdict = assessment.report.verdict.value
            outcome.assessment = as_data(assessment)
            self._make()
            outcome.kind = self._settle()
            self._judge(assessment)
            if outcome.disagreements:  # triggers controllers that have backed off once more
                self._push()
                time.sleep(SECOND_LOOK)
                outcome.disagreements = []
                outcome.kind = self._settle()
                self._judge(assessment)
        except (KubeError, TimeoutError, AssertionError) as error:
            outcome.discarded = f"{type(error).__name__}: {error}"
        outcome.refusals = self._new_refusals()
        outcome.operator_writes = self._live.refusals.by_operator[self._namespace]
        return outcome

    def _prepare(self) -> bool:
        """Creates the state before the change. False if it does not settle as drawn, or is refused."""
        case, live = self._case, self._live
        live.new_namespace(self._namespace)
        for config in case["configs"]:
            live.apply(config, PLATFORM)
        for obj in case["existing"]:
            try:
                live.apply(obj, self._namespace)
            except KubeError as error:
                self._outcome.discarded = f"existing {obj['kind']}: {error}"
                return False
        self._change = self._planned(case["existing"], case["configs"], [])
        self._before = 0
        kind = self._settle()
        if kind != "admitted":
            self._outcome.discarded = f"existing state {kind}: {[r.message for r in self._new_refusals()][:1]}"
            return False
        for obj in (*case["limits"], *case["quotas"]):
            try:
                live.apply(obj, self._namespace)
                self._let_quotas_count_each_other()
            except KubeError as error:
                self._outcome.discarded = f"{obj['kind']}: {error}"
                return False
        self._wait_for_quotas()
        if case["edge"]:
            self._sharpen()
        self._before = len(live.refusals.of(self._namespace))
        return True

    def _sharpen(self) -> None:
        """Sets a drawn key to exactly the prediction, or slightly less."""
        edge = self._case["edge"]
        for line in self._settled_lines(self._predict()):
            if (
                (line.quota, line.key) == (edge["quota"], edge["key"])
                and line.after is not None
                and line.after >= whole(edge["less"])
            ):
                is_cpu = line.key.endswith("cpu")
                least = ONE // 1000 if is_cpu else ONE
                amount = line.after - edge["less"] * least
                text = f"{amount * 1000 // ONE}m" if is_cpu or amount % ONE else str(amount // ONE)
                if amount < 0 or any(obj["metadata"]["name"] == edge["quota"] for obj in self._case["change"]):
                    return
                quotas = [obj for obj in self._case["quotas"] if obj["metadata"]["name"] == edge["quota"]]
                for obj in quotas:
                    obj["spec"]["hard"][edge["key"]] = text
                    self._live.apply(obj, self._namespace)
                    # A replayed case needs no second prediction.
                    drawn = [one for one in self._outcome.case["quotas"] if one["metadata"]["name"] == edge["quota"]]
                    drawn[0]["spec"]["hard"][edge["key"]] = text
                self._outcome.case["edge"] = {}
                self._wait_for_quotas()

    def _planned(self, objects: list[KubeObject], configs: Iterable[KubeObject], removed: Iterable[str]) -> Change:
        namespace, live = self._namespace, self._live

        def listed(resource: Resource) -> dict[str, KubeObject]:
            return by_name(live.client.list(resource, namespace))

        servers = {name: obj for name, obj in listed(known.SERVER).items() if name not in removed}
        seldon = SeldonObjects(servers, {}, listed(known.SELDON_RUNTIME), {})
        platform = SeldonObjects({}, by_name(configs), {}, {"default": live.seldon_config})
        desired = []
        for obj in objects:
            resource = live.discovery.find(obj["apiVersion"], obj["kind"])
            assert resource is not None
            desired.append((resource.group_resource, {**obj, "metadata": {**obj["metadata"], "namespace": namespace}}))
        holder = {"metadata": {"name": namespace}}
        change = namespace_change(desired, holder, seldon, "seldon-system", platform, Operator(RELEASE))
        assert not unresolved_of(change), unresolved_of(change)
        return replace(change, removed=[(known.SERVER.group_resource, name) for name in removed])

    def _predict(self) -> Assessment:
        case, live = self._case, self._live
        configs = {**by_name(case["configs"]), **by_name(case["new_configs"])}
        self._change = self._planned(case["change"], configs.values(), case["removed"])
        with ThreadPoolExecutor(max_workers=4) as executor:
            state = read_state(live.client, self._namespace, True, self._change, live.discovery, executor)
        self._state = state
        return assess(self._change, state, {resource.group_resource for resource in live.discovery.resources})

    def _make(self) -> None:
        """Applies quotas and limits first, as every apply does, then the change. Refused objects are retried later."""
        live, case = self._live, self._case
        for name in case["removed"]:
            live.client.delete(known.SERVER, self._namespace, name)
        for config in case["new_configs"]:
            live.apply(config, PLATFORM)
        for obj in case["change"]:
            if obj["kind"] in _FIRST:
                self._try(obj)
                self._let_quotas_count_each_other()
        self._wait_for_quotas()
        for obj in case["change"]:
            if obj["kind"] not in _FIRST:
                self._try(obj)

    def _try(self, obj: KubeObject) -> None:
        title = f"{obj['kind']} {obj['metadata']['name']}"
        try:
            self._live.apply(obj, self._namespace)
            self._refused_at_first.pop(title, None)
        except KubeError as error:
            assert "exceeded quota" in str(error) or type(error).__name__ in ("Invalid", "Forbidden"), error
            self._refused_at_first[title] = obj

    def _push(self) -> None:
        for obj in list(self._refused_at_first.values()):
            self._try(obj)
        stamp = {"metadata": {"annotations": {"conformance/push": str(time.time())}}}
        for resource in (known.STATEFUL_SET, known.DEPLOYMENT, JOB, known.SERVER, known.SELDON_RUNTIME):
            for obj in self._live.client.list(resource, self._namespace):
                try:
                    body = [{"op": "test", "path": "/metadata/uid", "value": obj["metadata"]["uid"]}]
                    annotations = {**(obj["metadata"].get("annotations") or {}), **stamp["metadata"]["annotations"]}
                    body.append({"op": "add", "path": "/metadata/annotations", "value": annotations})
                    self._live.client.json_patch(resource, self._namespace, obj["metadata"]["name"], body)
                except KubeError:
                    continue

    def _new_refusals(self) -> list[Refusal]:
        return self._live.refusals.of(self._namespace)[getattr(self, "_before", 0) :]

    def _let_quotas_count_each_other(self) -> None:
        """Waits between quotas that count quotas: one whose status does not reflect its spec yet does not count the
        next.
        """
        quotas = [obj for obj in (*self._case["quotas"], *self._case["change"]) if obj["kind"] == "ResourceQuota"]
        if any("resourcequotas" in key for obj in quotas for key in obj["spec"]["hard"]):
            self._wait_for_quotas()

    def _wait_for_quotas(self) -> None:
        """Waits until the controller has handled every spec, and admission knows the status."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            quotas = self._live.client.list(known.RESOURCE_QUOTA, self._namespace)
            if all(_in_sync(obj) for obj in quotas):
                time.sleep(0.5)
                return
            time.sleep(0.25)
        raise TimeoutError("the quota controller does not come into sync")

    def _settle(self) -> str:
        """Waits until nothing changes any more; returns what is still missing."""
        seen, since, deadline = None, time.monotonic(), time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            now, missing = self._look()
            if now != seen:
                seen, since = now, time.monotonic()
            quiet = time.monotonic() - since
            if not missing and not self._refused_at_first and quiet >= QUIET:
                return "later" if self._new_refusals() else "admitted"
            if self._new_refusals() and quiet >= STUCK:
                if self._refused_at_first and not getattr(self, "_retried", False):
                    self._retried = True
                    for obj in list(self._refused_at_first.values()):
                        self._try(obj)
                    continue
                return "refused"
            time.sleep(0.4)
        self._outcome.discarded = f"unsettled: {missing}"
        return "unsettled"

    def _look(self) -> tuple[object, str]:
        """The versions of all objects, and a text about what is still missing."""
        client, namespace = self._live.client, self._namespace
        sets, deployments, jobs, pods, services, quotas = (
            client.list(kind, namespace)
            for kind in (known.STATEFUL_SET, known.DEPLOYMENT, JOB, known.POD, known.SERVICE, known.RESOURCE_QUOTA)
        )
        versions = [
            (obj["kind"], obj["metadata"]["name"], obj["metadata"]["resourceVersion"])
            for obj in (*sets, *deployments, *jobs, *quotas)
        ]
        versions += [("", obj["metadata"]["name"], obj["metadata"]["uid"]) for obj in (*pods, *services)]
        missing = next(self._missing(by_name(sets), by_name(deployments), jobs, pods, services), "")
        return versions, missing

    def _missing(
        self,
        sets: dict[str, KubeObject],
        deployments: dict[str, KubeObject],
        jobs: list[KubeObject],
        pods: list[KubeObject],
        services: list[KubeObject],
    ) -> Any:
        if any("deletionTimestamp" in obj["metadata"] for obj in pods):
            yield "a pod is still going"
        for plan in self._change.tenant.planned_servers:
            name = plan.server["metadata"]["name"]
            replicas = plan.server["spec"].get("replicas", 1)
            if (
                name not in sets
                or sets[name]["spec"]["replicas"] != replicas
                or not _same(sets[name], plan.effective.pod_spec)
            ):
                yield f"StatefulSet of Server {name}"
            if (
                sum((obj["metadata"].get("labels") or {}).get("seldon-server-replica") == name for obj in services)
                != replicas
            ):
                yield f"Services of Server {name}"
        for resource, name in self._change.removed:
            if name in sets or any(
                (obj["metadata"].get("labels") or {}).get("seldon-server-name") == name for obj in pods
            ):
                yield f"{resource} {name} is still going"
            if any((obj["metadata"].get("labels") or {}).get("seldon-server-replica") == name for obj in services):
                yield f"Services of {name} are still going"
        for made in self._change.tenant.runtimes:
            runtime, config = made.runtime, made.config
            overrides = {entry["name"]: entry for entry in runtime["spec"].get("overrides") or []}
            if "seldon-mesh" not in by_name(services):
                yield "Services of the runtime"
            wanted = (runtime["spec"].get("config") or {}).get("serviceConfig", {}).get("serviceType") or "LoadBalancer"
            for component, service in (("seldon-envoy", "seldon-mesh"), ("seldon-scheduler", "seldon-scheduler")):
                kind = (overrides[component].get("serviceType") or "ClusterIP") if component in overrides else wanted
                if service not in by_name(services) or by_name(services)[service]["spec"]["type"] != kind:
                    yield f"Service {service} of type {kind}"
            for component in config["spec"]["components"]:
                override = overrides.get(component["name"], {})
                if component["name"] in COMPONENTS and not override.get("disable"):
                    found = {**sets, **deployments}.get(component["name"])
                    spec = merge_pod_specs(component["podSpec"], override.get("podSpec"))
                    if not found or found["spec"]["replicas"] != override.get("replicas", 1) or not _same(found, spec):
                        yield f"component {component['name']}"
        for obj in sets.values():
            status, replicas = obj.get("status") or {}, obj["spec"]["replicas"]
            current = status.get("currentRevision") == status.get("updateRevision")
            if (
                status.get("observedGeneration") != obj["metadata"]["generation"]
                or status.get("replicas") != replicas
                or not current
            ):
                yield f"StatefulSet {obj['metadata']['name']}"
            if replicas and status.get("updatedReplicas", replicas) != replicas:
                yield f"StatefulSet {obj['metadata']['name']} is not updated"
        for obj in deployments.values():
            status, replicas = obj.get("status") or {}, obj["spec"]["replicas"]
            counts = [status.get(key, 0) for key in ("replicas", "updatedReplicas", "availableReplicas")]
            if status.get("observedGeneration") != obj["metadata"]["generation"] or counts != [replicas] * 3:
                yield f"Deployment {obj['metadata']['name']}"
        for obj in jobs:
            spec, status = obj["spec"], obj.get("status") or {}
            if any(one.get("type") == "Complete" for one in status.get("conditions") or []):
                continue
            wanted = 0 if spec.get("suspend") else min(spec.get("parallelism", 1), spec.get("completions", 10**6))
            if "no" not in (spec["template"]["spec"].get("nodeSelector") or {}) or status.get("active", 0) != wanted:
                yield f"Job {obj['metadata']['name']}"

    def _settled_lines(self, assessment: Assessment) -> Sequence[Line]:
        """The prediction for Jobs of this lab: finished ones only count as objects, the others never make progress."""
        demands = list(assessment.demands)
        for index, demand in enumerate(demands):
            job = next(
                (
                    obj
                    for _kind, obj in self._change.desired
                    if demand.subject == Subject("Job", obj["metadata"]["name"])
                ),
                None,
            )
            if job is None or demand.pod is None:
                continue
            if "no" not in (job["spec"]["template"]["spec"].get("nodeSelector") or {}):
                demands[index] = replace(
                    demand,
                    replicas=0,
                    fixed=(*demand.fixed, Times(Charge({"count/pods": whole(demand.new_pods(demand.replicas))}))),
                )
            else:
                demands[index] = replace(demand, fixed=demand.fixed[:1])
        return check(quotas_of(self._change, self._state), demands).lines

    def _judge(self, assessment: Assessment) -> None:
        outcome, report = self._outcome, assessment.report
        predicted = _predicted(assessment)
        if outcome.kind == "unsettled":
            return
        outcome.discarded = ""
        if predicted == "unknown":
            outcome.disagreements.append(f"predicted unknown: {report.unknown}")
        elif predicted == "fits" and outcome.kind == "refused":
            outcome.disagreements.append(
                f"predicted {report.verdict.value}, refused: {self._new_refusals()[-1].message}"
            )
        elif predicted == "refused" and outcome.kind == "admitted" and _depends_on_order(assessment):
            outcome.kind = "by chance"
        elif predicted == "refused" and outcome.kind == "admitted":
            outcome.disagreements.append(f"predicted {report.verdict.value}, admitted")
        if outcome.kind in ("admitted", "later") and predicted != "refused":
            wrong = self._wrong_use_in_the_end(assessment)
            if wrong:
                self._recount()
                wrong = self._wrong_use_in_the_end(assessment)
            outcome.disagreements += wrong

    def _wrong_use_in_the_end(self, assessment: Assessment) -> list[str]:
        deadline = time.monotonic() + 10
        while (wrong := self._wrong_use(assessment)) and time.monotonic() < deadline:
            time.sleep(1)
        return wrong

    def _recount(self) -> None:
        """Makes the controller count again. Admission also charges a refused write whose object another write created
        first; the controller corrects this at its resync after some minutes, or when the spec changes.
        """
        for quota in self._live.client.list(known.RESOURCE_QUOTA, self._namespace):
            if quota["spec"].get("scopes") or quota["spec"].get("scopeSelector"):
                continue  # the quota may not have that key
            body = [
                {"op": "test", "path": "/metadata/uid", "value": quota["metadata"]["uid"]},
                {"op": "add", "path": "/spec/hard/count~1leases.coordination.k8s.io", "value": "1k"},
            ]
            self._live.client.json_patch(known.RESOURCE_QUOTA, self._namespace, quota["metadata"]["name"], body)

    def _wrong_use(self, assessment: Assessment) -> list[str]:
        live = by_name(self._live.client.list(known.RESOURCE_QUOTA, self._namespace))
        wrong = []
        for line in self._settled_lines(assessment):
            if line.quota not in live:
                continue
            used = (live[line.quota].get("status") or {}).get("used") or {}
            if line.after is not None and line.key in used and billionths_of(used[line.key]) != line.after:
                wrong.append(f"{line.quota} {line.key}: predicted {line.text(line.after)}, is {used[line.key]}")
        return wrong


def _predicted(assessment: Assessment) -> str:
    report = assessment.report
    if report.verdict in (Verdict.EXCEEDS, Verdict.INVALID):
        return "refused"
    if report.verdict is Verdict.UNKNOWN:
        return "unknown"
    return "fits"


def _depends_on_order(assessment: Assessment) -> bool:
    """Whether the final state fits, and only the peaks of several workloads at the same time do not."""
    report = assessment.report
    exceeded = [line for line in report.lines if line.verdict is Verdict.EXCEEDS and line.touched]
    takers = {
        line.key: sum(demand.taken(demand.replicas).get(line.key, 0) != 0 for demand in assessment.demands)
        for line in exceeded
    }
    return not report.invalid and all(
        line.used is not None and line.used + line.delta <= line.hard and takers[line.key] > 1 for line in exceeded
    )


def _in_sync(obj: KubeObject) -> bool:
    spec, status = obj["spec"].get("hard") or {}, obj.get("status") or {}
    hard = status.get("hard") or {}
    same = spec.keys() == hard.keys() and all(
        parse_quantity(str(spec[key])) == parse_quantity(str(hard[key])) for key in spec
    )
    counted = {key for key in spec if classify(key).standing in (Standing.ENFORCED, Standing.NEEDS_KIND)}
    return same and counted <= set(status.get("used") or {})


def _same(workload: KubeObject, spec: object) -> bool:
    """Whether the workload's containers are the wanted ones."""
    one, other = (read_pod(given, Reading()) for given in (workload["spec"]["template"]["spec"], spec))
    return (one.containers, one.init_containers) == (other.containers, other.init_containers)
