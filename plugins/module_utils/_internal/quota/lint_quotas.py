# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Lints of a quota as a whole, with what else the namespace has (QL2xx)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..diagnosis.diagnostic import Severity
from ..diagnosis.quoting import escaped
from ..kube.amounts import Amounts, base_units
from ..kube.format_quantity import format_quantity
from .keys import COUNTED, Standing, classify
from .limit_ranges import LimitRules
from .lint_rule import Hit, lint
from .reading import Reading
from .resource_quota import Quota


@dataclass(frozen=True)
class QuotaInNamespace:
    """``quota`` is what was read of ``obj``; ``rules`` are of the namespace's LimitRanges, ``others`` what its other
    quotas allow.
    """

    obj: object
    quota: Quota
    rules: LimitRules
    others: Sequence[Amounts]


@lint(
    "QL201",
    Severity.ERROR,
    title="is never enforced in a quota with scopes, which sees pods only",
    why="the API server refuses standard keys there, and accepts qualified ones without effect",
    repair="move it to a quota without scopes",
)
def not_of_pods(judged: QuotaInNamespace) -> Iterator[Hit]:
    for key in judged.quota.hard if judged.quota.scopes else ():
        is_count = key not in COUNTED and key != "count/pods" and key.startswith("count/")
        if is_count or "storageclass.storage" in key:
            yield Hit(f"spec.hard.{escaped(key)}")


@lint(
    "QL202",
    Severity.ERROR,
    title="allows more load balancers than the node ports that each of them takes",
    why="every port of a load balancer takes a node port, of whichever quota limits them",
    repair="raise services.nodeports, or have the Services set allocateLoadBalancerNodePorts: false",
)
def too_few_node_ports(judged: QuotaInNamespace) -> Iterator[Hit]:
    hards = (judged.quota.hard, *judged.others)
    balancers, node_ports = (
        [hard[key] for hard in hards if key in hard] for key in ("services.loadbalancers", "services.nodeports")
    )
    if balancers and node_ports and min(balancers) != 0 and min(node_ports) < min(balancers):
        allowed, ports = (format_quantity(base_units(min(amounts)), "1") for amounts in (balancers, node_ports))
        each = "each of which takes a node port for every port"
        message = f"allows {allowed}, {each}, and services.nodeports allows {ports}"
        yield Hit("spec.hard.services.loadbalancers", message)


@lint(
    "QL203",
    Severity.ERROR,
    title="refuses pods with a container that does not state it, and no LimitRange has a default",
    why="every container has to state what a quota counts; a LimitRange states it for those that do not",
)
def no_default(judged: QuotaInNamespace) -> Iterator[Hit]:
    defaults = [rule for rule in judged.rules if rule.kind == "Container"]
    hard, refuses = judged.quota.hard, "refuses pods with a container that states no such"
    for resource in ("cpu", "memory"):
        if f"limits.{resource}" in hard and not any(resource in rule.default for rule in defaults):
            message = f"{refuses} limit, and no LimitRange has a default"
            yield Hit(f"spec.hard.limits.{resource}", message, f"add a LimitRange with default.{resource}")
        key = next((key for key in (f"requests.{resource}", resource) if key in hard), None)
        if key is not None and not any(resource in rule.default_request for rule in defaults):
            message = f"{refuses} request, and no LimitRange has a default"
            yield Hit(f"spec.hard.{key}", message, f"add a LimitRange with defaultRequest.{resource}")


@lint(
    "QL204",
    Severity.ERROR,
    title="is not counted: objects of its kind cannot be created",
    why="the quota controller counts the quota without this key",
    repair="change the quota's spec: then the controller counts again; a changed label is not enough",
)
def not_counted(judged: QuotaInNamespace) -> Iterator[Hit]:
    reading = Reading()
    status = reading.mapping(reading.mapping(judged.obj, "").get("status"), "status")
    used = judged.quota.used
    for key in judged.quota.hard if status.get("used") and used else ():
        if key not in used and classify(key).standing in (Standing.ENFORCED, Standing.NEEDS_KIND):
            yield Hit(f"spec.hard.{escaped(key)}")


QUOTAS = (not_of_pods, too_few_node_ports, no_default, not_counted)
