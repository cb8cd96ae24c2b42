# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The tenant's LimitRange: defaults under which no Seldon pod is refused."""

from __future__ import annotations

from collections.abc import Sequence

from ...diagnosis.diagnostic import Diagnostic
from ...diagnosis.subject import Subject
from ...kube.quantity import parse_quantity, quantity_or_none
from ...kube.types import KubeObject
from ...ownership.labels import tenant_labels
from ...quota.recommend import raised
from ...seldon.containers import Container
from ..options.tenant_options import TenantOptions

NAME = "tenant-limits"


def limit_range(options: TenantOptions, containers: Sequence[Container]) -> KubeObject:
    """``containers`` are those that will run here.

    A default limit below the request of a container without a limit makes its pod invalid, so defaults grow to the
    largest such request.
    """
    limits = options.limit_range
    item: KubeObject = {"type": "Container"}
    for key, quantities in (
        ("default", raised(limits.default, ((container.requests, container.limits) for container in containers))),
        ("defaultRequest", limits.default_request),
        ("min", limits.min),
        ("max", limits.max),
    ):
        if quantities:
            item[key] = dict(quantities)
    return {
        "apiVersion": "v1",
        "kind": "LimitRange",
        "metadata": {"name": NAME, "namespace": options.name, "labels": tenant_labels(options.name)},
        "spec": {"limits": [item]},
    }


def check_limit_range(options: TenantOptions, containers: Sequence[Container]) -> list[Diagnostic]:
    """A default that has to grow beyond the platform's maximum cannot: the container must state its own limit."""
    problems = []
    maximum = options.limit_range.max
    for container in containers:
        for resource in sorted(options.limit_range.default.keys() & maximum.keys()):
            request = quantity_or_none(container.requests.get(resource))
            if request is not None and resource not in container.limits and request > parse_quantity(maximum[resource]):
                message = f"requests {resource} {container.requests[resource]} without a limit; at most {maximum[resource]} is allowed"
                step = f"request less, or raise tenant_namespace_limit_range.max.{resource}"
                subject, field = Subject("container", container.name), f"resources.requests.{resource}"
                problems.append(Diagnostic(subject, message, field, next_steps=(step,)))
    return problems
