# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Quotas and limit ranges that can never work, or that silently do nothing; each with its repair."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import combinations

from .amounts import ONE, base_units
from .finding import Finding, plain
from .format_quantity import format_quantity
from .keys import COUNTED, Standing, classify
from .limit_ranges import LimitRules, read_rules
from .quantity import QuantityError, billionths_of
from .reading import Reading
from .resource_quota import live_quota
from .scopes import Scope


def lint_quota(
    obj: object, rules: LimitRules = (), kinds: Collection[str] | None = None, quotas: Iterable[object] = ()
) -> list[Finding]:
    """A ResourceQuota, planned or live. ``rules``: of the namespace's LimitRanges.

    ``kinds``: the resources that the cluster serves (``models.mlops.seldon.io``); None if not known. ``quotas``: the namespace's others.
    """
    reading = Reading()
    spec = reading.mapping(reading.mapping(obj, "").get("spec"), "spec")
    hard = reading.mapping(spec.get("hard"), "spec.hard")
    quota = live_quota(obj)
    findings = [*quota.findings, *refused_keys(obj)]
    for key in hard:
        findings += _key(key, kinds) if isinstance(key, str) else []
    findings += _scoped(quota.scopes, quota.hard)
    findings += _load_balancers([quota.hard, *(live_quota(other).hard for other in quotas)])
    findings += _without_default(quota.hard, rules)
    findings += _not_counted(obj, quota.hard, quota.used)
    return findings


def refused_keys(obj: object) -> list[Finding]:
    """Why the API server does not take the amounts of a ResourceQuota."""
    reading = Reading()
    hard = reading.mapping(reading.mapping(reading.mapping(obj, "").get("spec"), "spec").get("hard"), "spec.hard")
    findings = []
    for text, value in ((text, value) for text, value in hard.items() if isinstance(text, str)):
        key, field = classify(text), f"spec.hard.{plain(text)}"
        if key.standing is Standing.REFUSED:
            repair = f'did you mean "{plain(key.meant)}"?' if key.meant else ""
            findings.append(Finding(field, "is no quota key: the API server refuses the quota", repair))
        elif key.integer and _is_fraction(value):
            findings.append(
                Finding(field, f"is {plain(value)}, but only whole numbers can be counted", "state a whole number")
            )
    return findings


def lint_limit_range(obj: object) -> list[Finding]:
    """What the API server refuses in a LimitRange: min <= defaultRequest <= default <= max must hold, each type is there once."""
    reading = Reading()
    kinds: set[str] = set()
    for index, rule in enumerate(read_rules(obj, reading)):
        rungs = (
            ("min", rule.min),
            ("defaultRequest", rule.default_request),
            ("default", rule.default),
            ("max", rule.max),
        )
        if rule.kind in kinds:
            reading.refuse(f"spec.limits[{index}].type", f"{plain(rule.kind)} is there twice", "unite the two")
        kinds.add(rule.kind)
        if rule.kind == "Pod" and (rule.default or rule.default_request):
            reading.refuse(
                f"spec.limits[{index}].default", "is not possible for the type Pod", "use the type Container"
            )
        if rule.kind == "PersistentVolumeClaim" and not ("storage" in rule.min or "storage" in rule.max):
            reading.refuse(f"spec.limits[{index}]", "has neither min.storage nor max.storage", "state one of them")
        for resource in sorted(name for name, ratio in rule.ratio.items() if ratio < ONE):
            reading.refuse(
                f"spec.limits[{index}].maxLimitRequestRatio.{plain(resource)}", "is less than 1", "state 1 or more"
            )
        for (low_name, low), (high_name, high) in combinations(rungs, 2):
            for resource in sorted(low.keys() & high.keys()):
                if low[resource] > high[resource]:
                    field = f"spec.limits[{index}].{low_name}.{plain(resource)}"
                    reading.refuse(field, f"is more than {high_name}", "have min <= defaultRequest <= default <= max")
    return reading.findings


def _key(text: str, kinds: Collection[str] | None) -> list[Finding]:
    key, field = classify(text), f"spec.hard.{plain(text)}"
    repair = f'did you mean "{plain(key.meant)}"?' if key.meant else ""
    if key.standing is Standing.DEAD:
        return [Finding(field, "is accepted by the API server, and never enforced", repair)]
    if key.standing is Standing.UNSUPPORTED:
        return [Finding(field, "is enforced by some releases of Kubernetes only, and not checked here")]
    findings = []
    if key.standing is Standing.NEEDS_KIND and (kinds is not None and text.removeprefix("count/") not in kinds):
        message = "counts a kind that the cluster does not know: once it does, this quota blocks every creation of it, until its spec changes"
        findings.append(Finding(field, message, repair or "install the kind first, or leave the key out"))
    return findings


def _is_fraction(value: object) -> bool:
    try:
        return billionths_of(value) % ONE != 0
    except QuantityError:
        return False


def _scoped(scopes: Collection[Scope], hard: Iterable[str]) -> list[Finding]:
    """A quota with scopes sees pods only. Standard keys are refused there, qualified ones are accepted and dead."""
    if not scopes:
        return []
    dead = [
        key
        for key in hard
        if key not in COUNTED and key != "count/pods" and key.startswith("count/") or "storageclass.storage" in key
    ]
    repair = "move it to a quota without scopes"
    return [
        Finding(f"spec.hard.{plain(key)}", "is never enforced in a quota with scopes, which sees pods only", repair)
        for key in dead
    ]


def _load_balancers(all_hard: Iterable[object]) -> list[Finding]:
    """Every port of a load balancer takes a node port, of whichever quota limits them."""
    reading = Reading()
    hards = [reading.mapping(hard, "") for hard in all_hard]
    balancers, node_ports = (
        [hard[key] for hard in hards if key in hard] for key in ("services.loadbalancers", "services.nodeports")
    )
    if not balancers or not node_ports or min(balancers) == 0 or min(node_ports) >= min(balancers):
        return []
    allowed, ports = (format_quantity(base_units(min(amounts)), "1") for amounts in (balancers, node_ports))
    message = f"allows {allowed}, each of which takes a node port for every port, and services.nodeports allows {ports}"
    repair = "raise services.nodeports, or have the Services set allocateLoadBalancerNodePorts: false"
    return [Finding("spec.hard.services.loadbalancers", message, repair)]


def _without_default(hard: Collection[str], rules: LimitRules) -> list[Finding]:
    """What a quota counts has to be stated by every container; a LimitRange states it for those that do not."""
    defaults = [rule for rule in rules if rule.kind == "Container"]
    findings = []
    for resource in ("cpu", "memory"):
        if f"limits.{resource}" in hard and not any(resource in rule.default for rule in defaults):
            message = "refuses pods with a container that states no such limit, and no LimitRange has a default"
            findings.append(
                Finding(f"spec.hard.limits.{resource}", message, f"add a LimitRange with default.{resource}")
            )
        for key in (f"requests.{resource}", resource):
            if key in hard and not any(resource in rule.default_request for rule in defaults):
                message = "refuses pods with a container that states no such request, and no LimitRange has a default"
                findings.append(
                    Finding(f"spec.hard.{key}", message, f"add a LimitRange with defaultRequest.{resource}")
                )
                break
    return findings


def _not_counted(obj: object, hard: Iterable[str], used: Collection[str]) -> list[Finding]:
    """Keys of a live quota that its controller has taken note of and does not count."""
    reading = Reading()
    status = reading.mapping(reading.mapping(obj, "").get("status"), "status")
    if not status.get("used") or not used:
        return []
    sound = (Standing.ENFORCED, Standing.NEEDS_KIND)
    missing = [key for key in hard if key not in used and classify(key).standing in sound]
    repair = "change the quota's spec: that makes the controller count anew; a touched label does not"
    return [
        Finding(f"spec.hard.{plain(key)}", "is not counted: objects of its kind cannot be created", repair)
        for key in missing
    ]
