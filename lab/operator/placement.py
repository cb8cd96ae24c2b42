# SPDX-License-Identifier: GPL-3.0-or-later
"""The scheduler's decisions: the Server of a Model, and whether Experiments and Pipelines can run (facts 6.2, 6.4)."""

from __future__ import annotations

from typing import Any, NamedTuple

from .scheduler_memory import wanted_replicas

Json = dict[str, Any]

AVAILABLE, FAILED, SCALED_DOWN = "ModelAvailable", "ScheduleFailed", "ModelScaledDown"


class Host(NamedTuple):
    """A Server as the scheduler knows it."""

    name: str
    replicas: int  # connected ones
    capabilities: frozenset[str]


class Placement(NamedTuple):
    state: str
    reason: str
    server: str  # "" unless placed
    replicas: int


def place(model: Json, hosts: list[Host]) -> Placement:
    """The first Server by name that meets a Model's requirements with enough connected replicas."""
    spec = model["spec"]
    replicas = wanted_replicas(spec)
    needs = {name.strip() for name in [*(spec.get("requirements") or []), spec.get("modelType") or ""] if name.strip()}
    named = spec.get("server")
    suitable = [
        host
        for host in sorted(hosts)
        if host.replicas > 0 and needs <= host.capabilities and named in (None, "", host.name)
    ]
    if not suitable:
        return Placement(FAILED, "Failed to schedule model as no matching servers are available", "", 0)
    if replicas == 0:
        return Placement(SCALED_DOWN, "", "", 0)
    for host in suitable:
        if host.replicas >= replicas:
            return Placement(AVAILABLE, "", host.name, replicas)
    least = spec.get("minReplicas") or 0
    roomiest = max(suitable, key=lambda host: host.replicas)
    if 0 < least <= roomiest.replicas:
        return Placement(AVAILABLE, "", roomiest.name, roomiest.replicas)
    reason = "Failed to schedule model as no matching server had enough suitable replicas"
    return Placement(FAILED, reason, "", 0)


class Verdict(NamedTuple):
    ready: bool
    reason: str


class ExperimentVerdict(NamedTuple):
    error: str  # if not empty, the reason of a permanent refusal
    active: Verdict
    candidates: Verdict
    mirror: Verdict


def judge_experiment(experiment: Json, ready: frozenset[str], defaults_elsewhere: frozenset[str]) -> ExperimentVerdict:
    """``ready``: Models (or Pipelines) that can serve; ``defaults_elsewhere``: those of other experiments."""
    name, spec = experiment["metadata"]["name"], experiment["spec"]
    kind = spec.get("resourceType") or "model"
    candidates = [candidate["name"] for candidate in spec.get("candidates") or []]
    mirror = (spec.get("mirror") or {}).get("name")
    error = _experiment_error(name, candidates, mirror, spec.get("default"), defaults_elsewhere)
    missing = [candidate for candidate in candidates if candidate not in ready]
    mirror_missing = mirror is not None and mirror not in ready
    first = missing[0] if missing else mirror if mirror_missing else None
    active = Verdict(True, "experiment active")
    if first is not None:
        active = Verdict(False, f"no live replica for {kind} {first} for {kind} route {name}.experiment")
    return ExperimentVerdict(
        error,
        active,
        Verdict(not missing, "Candidates not ready" if missing else "Candidates ready"),
        Verdict(not mirror_missing, "Mirror not ready" if mirror_missing else "Mirror ready"),
    )


def _experiment_error(
    name: str,
    candidates: list[str],
    mirror: str | None,
    default: str | None,
    taken: frozenset[str],
) -> str:
    everyone = [*candidates, *([mirror] if mirror else [])]
    if not everyone:
        return f"experiment {name} has neither candidates nor a mirror"
    if len(set(everyone)) < len(everyone):
        return f"experiment {name} names a candidate more than once"
    if default and default not in candidates:
        return f"experiment {name}: default {default} is not among its candidates"
    if default and default in taken:
        return f"experiment {name}: {default} is the default of another experiment already"
    return ""


def judge_pipeline(pipeline: Json, ready: frozenset[str]) -> Verdict:
    """A pipeline can run when the models of all its steps can serve."""
    missing = [step["name"] for step in pipeline["spec"].get("steps") or [] if step["name"] not in ready]
    return Verdict(not missing, f"no models available for {', '.join(missing)}" if missing else "Models available")
