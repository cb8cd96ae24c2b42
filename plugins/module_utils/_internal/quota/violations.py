# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Finds the reasons for which the API server refuses the amounts of a pod or a claim: its validation, and LimitRanges
(plugin/pkg/admission/limitranger).
"""

from __future__ import annotations

from itertools import chain

from ..diagnosis.quoting import escaped
from ..kube.amounts import NOTHING, ONE, Amount, Amounts, base_units
from ..kube.format_quantity import format_quantity
from .limit_ranges import LimitRule, LimitRules
from .pod import Pod
from .pod_usage import container_requests, pod_limits, pod_requests
from .reading import Reading
from .resource_names import is_extended, is_huge_pages

_OF_CONTAINERS = ("cpu", "memory", "ephemeral-storage")


def pod_violations(pod: Pod, rules: LimitRules, reading: Reading, field: str = "spec") -> None:
    """Adds the findings of a pod that already has its defaults."""
    bounds = [rule for rule in rules if rule.kind == "Container" and (rule.min or rule.max or rule.ratio)]
    for container in chain(pod.containers, pod.init_containers):
        _check_request_and_limit(container.name, container.requests, container.limits, reading, field)
        for rule in bounds:
            _check(f"container {escaped(container.name)}", rule, container.requests, container.limits, reading, field)
    if pod.requests or pod.limits:
        _check_pod_level(pod, reading, field)
    for rule in rules:
        if rule.kind == "Pod":
            _check("the pod", rule, pod_requests(pod), pod_limits(pod), reading, field)


def template_violations(pod: Pod, reading: Reading, field: str = "spec") -> None:
    """Adds the findings of a workload's template, which gets no defaults."""
    pod_violations(pod, (), reading, field)


def claim_violations(requests: Amounts, rules: LimitRules, reading: Reading, field: str = "spec") -> None:
    """Adds the findings of a PersistentVolumeClaim."""
    for rule in rules:
        if rule.kind == "PersistentVolumeClaim":
            claim_rule = LimitRule(rule.source, rule.kind, min=rule.min)
            _check("the claim", claim_rule, requests, NOTHING, reading, field)
            for resource, most in rule.max.items():
                if requests.get(resource, most) > most:
                    _refuse(
                        "the claim",
                        "requests",
                        resource,
                        requests[resource],
                        f"at most {_text(resource, most)}",
                        rule,
                        reading,
                        field,
                    )


def _check_request_and_limit(name: str, requests: Amounts, limits: Amounts, reading: Reading, field: str) -> None:
    for resource, request in requests.items():
        limit = limits.get(resource)
        if limit is not None and request > limit:
            asked = f"{_text(resource, request)} {escaped(resource)}"
            message = f"container {escaped(name)} requests {asked}, more than its limit of {_text(resource, limit)}"
            reading.refuse(
                field, message, "state a limit of at least the request: a LimitRange's default may be the limit here"
            )
        elif (is_extended(resource) or is_huge_pages(resource)) and limit != request:
            message = f"container {escaped(name)} requests {escaped(resource)} without a limit of the same amount"
            reading.refuse(field, message, f"set limits.{escaped(resource)} to the same amount")
    stated = {**requests, **limits}
    for resource in stated:
        if is_extended(resource) and any(amounts.get(resource, 0) % ONE for amounts in (requests, limits)):
            reading.refuse(
                field, f"container {escaped(name)} asks for a part of {escaped(resource)}", "state a whole number"
            )
        elif "/" not in resource and resource not in _OF_CONTAINERS and not is_huge_pages(resource):
            reading.refuse(
                field, f"container {escaped(name)} asks for {escaped(resource)}, which is not a resource of containers"
            )
    if any(map(is_huge_pages, stated)) and not ("cpu" in stated or "memory" in stated):
        reading.refuse(
            field, f"container {escaped(name)} asks for huge pages without cpu or memory", "state cpu or memory as well"
        )


def _check_pod_level(pod: Pod, reading: Reading, field: str) -> None:
    together = container_requests(pod)
    for resource, request in pod.requests.items():
        if together.get(resource, request) > request:
            message = f"the containers request {_text(resource, together[resource])} {resource}, more than the pod's {_text(resource, request)}"
            reading.refuse(
                f"{field}.resources.requests.{resource}",
                message,
                "request more for the pod, or less for its containers",
            )
        if request > pod.limits.get(resource, request):
            reading.refuse(
                f"{field}.resources.requests.{resource}", "the pod requests more than its limit", "raise the limit"
            )


def _check(who: str, rule: LimitRule, requests: Amounts, limits: Amounts, reading: Reading, field: str) -> None:
    """Checks min, max and maxLimitRequestRatio of one rule."""
    for resource, least in rule.min.items():
        if resource not in requests:
            _refuse(who, "requests", resource, None, f"at least {_text(resource, least)}", rule, reading, field)
        for what, amounts in (("requests", requests), ("limits", limits)):
            if amounts.get(resource, least) < least:
                _refuse(
                    who, what, resource, amounts[resource], f"at least {_text(resource, least)}", rule, reading, field
                )
    for resource, most in rule.max.items():
        if resource not in limits:
            _refuse(who, "limits", resource, None, f"at most {_text(resource, most)}", rule, reading, field)
        for what, amounts in (("requests", requests), ("limits", limits)):
            if amounts.get(resource, most) > most:
                _refuse(
                    who, what, resource, amounts[resource], f"at most {_text(resource, most)}", rule, reading, field
                )
    for resource, ratio in rule.ratio.items():
        request, limit = requests.get(resource), limits.get(resource)
        if not request or not limit or limit * ONE > ratio * request:
            _refuse(
                who,
                "limits",
                resource,
                limit,
                f"at most {format_quantity(base_units(ratio), '')} times its request",
                rule,
                reading,
                field,
            )


def _refuse(
    who: str,
    what: str,
    resource: str,
    amount: Amount | None,
    expected: str,
    rule: LimitRule,
    reading: Reading,
    field: str,
) -> None:
    stated = (
        f"{what} {_text(resource, amount)} {escaped(resource)}"
        if amount is not None
        else f"{what} no {escaped(resource)}"
    )
    reading.refuse(field, f"{who} {stated}; LimitRange {escaped(rule.source)} demands {expected}")


def _text(resource: str, amount: Amount) -> str:
    return format_quantity(base_units(amount), "1" if resource == "cpu" or is_extended(resource) else "1Gi")
