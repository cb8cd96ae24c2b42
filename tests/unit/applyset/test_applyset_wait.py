# SPDX-License-Identifier: GPL-3.0-or-later
"""The ends of a wait: readiness, failure, a lasting error, timeout. Time is simulated."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.applyset.arrival import (
    Readiness,
    State,
    words,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.applyset.objects import ObjectKey
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.applyset.patience import (
    Pending,
    Target,
    judge,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.applyset.wait import wait_for
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube import resources as known
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.errors import (
    Forbidden,
    NotFound,
    Unreachable,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.resource import Resource

NOT_FOUND = 'ServerConfig.mlops.seldon.io "x" not found'


def target(resource: Resource = known.MODEL, name: str = "m", gone: bool = False) -> Target:
    return Target(resource, ObjectKey(resource.group, resource.kind, "n", name), gone)


def pending(text: str, grace: float | None = 30.0, of: Target | None = None) -> Pending:
    return Pending(of or target(), Readiness(State.WAITING, text, grace))


def states(*observed: tuple[float, list[Pending]]) -> list[list[State]]:
    """The evaluated states at each time."""
    history: Any = {}
    judged = []
    for now, entries in observed:
        found, history = judge(entries, history, now)
        judged.append([entry.readiness.state for entry in found])
    return judged


def test_a_condition_speaks_on_one_line() -> None:
    assert (
        words({"reason": 'ServerConfig "x\x1b[31m\nb  ready" not found'}, "")
        == 'ServerConfig "x\ufffd[31m b ready" not found'
    )
    assert words({"reason": " ", "message": "\n"}, "nothing") == "nothing"


def test_an_error_that_stays_is_a_failure_after_its_grace() -> None:
    error = [pending("not found")]
    assert states((0, error), (29.9, error), (30, error)) == [[State.WAITING], [State.WAITING], [State.FAILED]]


def test_another_text_begins_the_grace_anew() -> None:
    assert states((0, [pending("a")]), (29, [pending("b")]), (58, [pending("b")]), (59, [pending("b")]))[2:] == [
        [State.WAITING],
        [State.FAILED],
    ]


def test_an_object_that_was_away_begins_anew() -> None:
    assert states((0, [pending("a")]), (29, []), (31, [pending("a")]))[2] == [State.WAITING]


def test_what_is_no_error_is_never_a_failure() -> None:
    progress = [pending("0 of 1 replicas", None)]
    assert states((0, progress), (9999, progress)) == [[State.WAITING]] * 2


def test_a_model_is_not_judged_while_its_server_is_on_its_way() -> None:
    model = pending("ScheduleFailed", 60.0)
    server = pending("0 of 1 replicas ready", None, target(known.SERVER, "s"))
    elsewhere = Pending(Target(known.SERVER, ObjectKey("", "Server", "other", "s")), server.readiness)
    seen = states((0, [model, server]), (500, [model, server]), (559, [model, elsewhere]), (560, [model, elsewhere]))
    assert [s[0] for s in seen] == [State.WAITING, State.WAITING, State.WAITING, State.FAILED]


class Clock:
    """A clock that advances only by sleeping."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.now += seconds


class Scripted:
    """A client whose objects depend on the time."""

    def __init__(self, clock: Clock, answer: Callable[[float, Resource], list[dict[str, Any]]]) -> None:
        self._clock, self._answer = clock, answer

    def list(self, resource: Resource, _namespace: str | None = None) -> list[dict[str, Any]]:
        return self._answer(self._clock.now, resource)

    def get(self, resource: Resource, _namespace: str | None, name: str) -> dict[str, Any]:
        for obj in self._answer(self._clock.now, resource):
            if obj["metadata"]["name"] == name:
                return obj
        raise NotFound(name)


@pytest.fixture
def executor() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as found:
        yield found


def model(status: str, reason: str = "", message: str = "") -> dict[str, Any]:
    condition = {"type": "ModelReady", "status": status, "reason": reason, "message": message}
    return {"metadata": {"name": "m", "namespace": "n"}, "status": {"conditions": [condition]}}


Waited = tuple[list[str], float, list[str]]


def waited(
    executor: ThreadPoolExecutor,
    answer: Callable[[float, Resource], list[dict[str, Any]]],
    targets: list[Target],
    timeout: float = 300.0,
) -> Waited:
    """The objects that did not become ready, the time of that result, and the reported progress."""
    clock, said = Clock(), list[str]()
    client: Any = Scripted(clock, answer)
    left = wait_for(client, targets, executor, timeout=timeout, progress=said.append, clock=clock, sleep=clock.sleep)
    return [str(entry) for entry in left], clock.now, said


def test_arrival_ends_it(executor: ThreadPoolExecutor) -> None:
    left, now, said = waited(executor, lambda t, _: [model("True" if t > 25 else "False", "progressing")], [target()])
    assert left == [] and 25 < now < 28
    assert len(said) == 2 and "waiting for Model n/m: progressing" in said[0]


def test_an_operators_refusal_ends_it_early_with_its_words(executor: ThreadPoolExecutor) -> None:
    left, now, _ = waited(executor, lambda _t, _r: [model("False", NOT_FOUND, "ModelProgressing")], [target()])
    assert 30 <= now < 33
    assert left[0].startswith(f"Model n/m: {NOT_FOUND}: ModelProgressing (unchanged for 3")


def test_a_model_that_cannot_be_scheduled_is_given_longer(executor: ThreadPoolExecutor) -> None:
    left, now, _ = waited(
        executor, lambda _t, _r: [model("False", "no matching servers", "ScheduleFailed")], [target()]
    )
    assert left and 60 <= now < 63


@pytest.mark.parametrize(
    "text",
    ["rpc error: code = Unavailable desc = name not found", "StatefulSet replicas does not match desired replicas"],
)
def test_what_may_pass_is_waited_for_to_the_end(text: str, executor: ThreadPoolExecutor) -> None:
    left, now, _ = waited(executor, lambda _t, _r: [model("False", text)], [target()], timeout=100.0)
    assert left and 100 <= now < 102


def test_an_api_server_that_restarts_is_waited_for(executor: ThreadPoolExecutor) -> None:
    def answer(now: float, _resource: Resource) -> list[dict[str, Any]]:
        if 1 < now < 20:
            raise Unreachable("connection refused")
        return [model("True" if now > 20 else "False")]

    left, _, said = waited(executor, answer, [target()])
    assert left == []
    assert "cannot be read: connection refused" in said[0]


def test_a_forbidden_read_is_not_waited_for(executor: ThreadPoolExecutor) -> None:
    def answer(_now: float, _resource: Resource) -> list[dict[str, Any]]:
        raise Forbidden("cannot list")

    with pytest.raises(Forbidden):
        waited(executor, answer, [target()])


def test_gone_is_the_opposite(executor: ThreadPoolExecutor) -> None:
    obj = {"metadata": {"name": "m", "finalizers": ["seldon.model.finalizer"]}}
    assert waited(executor, lambda t, _r: [obj] if t < 5 else [], [target(gone=True)])[0] == []
    left, _, _ = waited(executor, lambda _t, _r: [obj], [target(gone=True)], timeout=5.0)
    assert left == ["Model n/m: is still there, held by finalizer seldon.model.finalizer"]


def test_kinds_without_a_check_are_not_waited_for(executor: ThreadPoolExecutor) -> None:
    assert waited(executor, lambda _t, _r: [], [target(known.CONFIG_MAP)])[:2] == ([], 0.0)


def server_world(
    ready: str = "True",
    generation: int = 2,
    observed: int = 2,
    image: str = "new",
    wanted: dict[str, Any] | None = None,
    claims: tuple[str, ...] = (),
    **status: Any,
) -> Callable[[float, Resource], list[dict[str, Any]]]:
    conditions = [{"type": "Ready", "status": ready}, {"type": "StatefulSetReady", "status": ready, "reason": "r"}]
    container = {"name": "mlserver", "image": image}
    labels = {"app.kubernetes.io/name": "seldon-server", "seldon-server-name": "s"}
    objects: dict[Resource, dict[str, Any]] = {
        known.SERVER: {
            "metadata": {"name": "s", "namespace": "n"},
            "spec": {"serverConfig": "c"},
            "status": {"conditions": conditions},
        },
        known.STATEFUL_SET: {
            "kind": "StatefulSet",
            "metadata": {"name": "s", "namespace": "n", "generation": generation},
            "spec": {"replicas": 1, "template": {"metadata": {"labels": labels}, "spec": {"containers": [container]}}},
            "status": {
                "observedGeneration": observed,
                "replicas": 1,
                "readyReplicas": 1,
                "updatedReplicas": 1,
                **status,
            },
        },
        known.SERVER_CONFIG: {
            "metadata": {"name": "c", "namespace": "n"},
            "spec": {
                "podSpec": {"containers": [{"name": "mlserver", "image": "new", **(wanted or {})}]},
                "volumeClaimTemplates": [{"name": name, "spec": {}} for name in claims],
            },
        },
    }
    return lambda _now, resource: [objects[resource]] if resource in objects else []


_LAGS = "StatefulSet does not match the Server and ServerConfig c yet: template.spec.containers[mlserver]."


@pytest.mark.parametrize(
    ("world", "text"),
    [
        (server_world(), None),
        (server_world(ready="False"), "r"),
        (server_world(observed=1), "StatefulSet: its controller has not observed the change yet"),
        (server_world(updatedReplicas=0), "StatefulSet: 1 of 1 replicas ready, 0 updated"),
        (server_world(image="old"), f"{_LAGS}image differs"),
        (server_world(wanted={"resources": {"requests": {"memory": "4Gi"}}}), f"{_LAGS}resources differs"),
        (server_world(wanted={"env": [{"name": "A", "value": "b"}]}), f"{_LAGS}env differs"),
        (server_world(wanted={"readinessProbe": {"httpGet": {"port": 80}}}), f"{_LAGS}readinessProbe differs"),
        (server_world(wanted={"imagePullPolicy": "IfNotPresent"}), f"{_LAGS}imagePullPolicy differs"),
        (server_world(wanted={"volumeMounts": [{"name": "v", "mountPath": "/v"}]}), f"{_LAGS}volumeMounts differs"),
        (server_world(wanted={"ports": [{"containerPort": 1}]}), f"{_LAGS}ports differs"),
    ],
)
def test_a_server_that_says_ready_is_proven_by_its_workload(
    world: Callable[[float, Resource], list[dict[str, Any]]], text: str | None, executor: ThreadPoolExecutor
) -> None:
    left, _, _ = waited(executor, world, [target(known.SERVER, "s")], timeout=5.0)
    assert left == ([f"Server n/s: {text}"] if text else [])


def test_volumes_that_can_never_arrive_end_the_wait(executor: ThreadPoolExecutor) -> None:
    left, _, waited_for = waited(executor, server_world(claims=("models",)), [target(known.SERVER, "s")], timeout=60.0)
    assert len(left) == 1 and "kubectl delete statefulset s -n n" in left[0], (left, waited_for)


CREATED = {"name": "j", "namespace": "n", "creationTimestamp": "2026-01-01T00:00:00Z"}


def job(*, ttl: int | None = 20, condition: str = "", deleted: bool = False) -> dict[str, Any]:
    conditions = [{"type": condition, "status": "True", "reason": "BackoffLimitExceeded"}] if condition else []
    gone = {"deletionTimestamp": "2026-01-01T00:00:00Z"} if deleted else {}
    spec = {} if ttl is None else {"ttlSecondsAfterFinished": ttl}
    return {"metadata": {**CREATED, **gone}, "spec": spec, "status": {"conditions": conditions}}


def beside_something_slower(
    states: list[tuple[float, dict[str, Any] | None]],
) -> Callable[[float, Resource], list[dict[str, Any]]]:
    """A Job that has each state until the time before it, and a Model that is ready after 40 s."""

    def answer(now: float, resource: Resource) -> list[dict[str, Any]]:
        if resource == known.MODEL:
            return [model("True" if now > 40 else "False", "progressing")]
        state = next((obj for until, obj in states if now < until), None)
        return [state] if state else []

    return answer


BOTH = [target(known.JOB, "j"), target()]


@pytest.mark.parametrize(
    "states",
    [
        [(10.0, job()), (20.0, job(condition="Complete"))],
        [(10.0, job(condition="Complete")), (12.0, job(condition="Complete", deleted=True))],
        [(10.0, job())],
        [(10.0, job(ttl=None))],
    ],
    ids=["removed", "being removed", "end not seen", "deleted by hand after it had arrived"],
)
def test_a_job_that_ends_beside_something_slower_has_arrived(
    states: list[tuple[float, dict[str, Any] | None]], executor: ThreadPoolExecutor
) -> None:
    left, now, _ = waited(executor, beside_something_slower(states), BOTH)
    assert left == [] and 40 < now < 44


def test_a_job_that_fails_after_it_has_arrived_fails_the_run(executor: ThreadPoolExecutor) -> None:
    states: list[tuple[float, dict[str, Any] | None]] = [(10.0, job()), (99.0, job(condition="Failed"))]
    left, now, _ = waited(executor, beside_something_slower(states), BOTH)
    assert left == ["Job n/j: BackoffLimitExceeded", "Model n/m: progressing"] and now < 13


def deployment(available: int, wanted: int) -> dict[str, Any]:
    return {
        "metadata": {"name": "d", "namespace": "n"},
        "spec": {"replicas": wanted},
        "status": {"updatedReplicas": available, "availableReplicas": available, "replicas": available},
    }


def test_a_deployment_that_is_scaled_during_the_wait_has_arrived(executor: ThreadPoolExecutor) -> None:
    def answer(now: float, resource: Resource) -> list[dict[str, Any]]:
        if resource == known.MODEL:
            return [model("True" if now > 40 else "False", "progressing")]
        return [deployment(1, 1 if now < 10 else 3)]

    left, now, _ = waited(executor, answer, [target(known.DEPLOYMENT, "d"), target()])
    assert left == [] and 40 < now < 44
    left, _, _ = waited(executor, answer, [target(known.DEPLOYMENT, "d"), target()], timeout=30.0)
    assert left == ["Model n/m: progressing", "Deployment n/d: 1 of 3 replicas available, 1 updated"]


def test_a_model_that_its_server_makes_unavailable_is_waited_for_again(executor: ThreadPoolExecutor) -> None:
    def answer(now: float, resource: Resource) -> list[dict[str, Any]]:
        if resource == known.MODEL:
            return [model("False" if 5 < now < 60 else "True", "progressing")]
        return [deployment(1 if now > 40 else 0, 1)]

    left, now, _ = waited(executor, answer, [target(known.DEPLOYMENT, "d"), target()])
    assert left == [] and now > 60
