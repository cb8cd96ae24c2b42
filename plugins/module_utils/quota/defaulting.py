# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the API server fills in before quotas see a pod, in its order: request := limit, LimitRange defaults, then pod level."""

from __future__ import annotations

from dataclasses import replace

from .amounts import united
from .limit_ranges import LimitRules
from .pod import Container, Pod, is_pod_level
from .pod_usage import container_requests


def defaulted(pod: Pod, rules: LimitRules) -> Pod:
    """The pod as it is stored. A default limit may be below a stated request: then the pod is invalid, see violations."""
    containers, init_containers = (
        tuple(_defaulted(one, rules) for one in some) for some in (pod.containers, pod.init_containers)
    )
    return _pod_level_requests(replace(pod, containers=containers, init_containers=init_containers))


def _defaulted(container: Container, rules: LimitRules) -> Container:
    """First an own limit is the request as well, then each rule fills in what is missing."""
    requests, limits = united(container.requests, container.limits), container.limits
    for rule in rules:
        if rule.kind == "Container":
            requests, limits = united(requests, rule.default_request), united(limits, rule.default)
    return Container(container.name, requests, limits, container.sidecar)


def _pod_level_requests(pod: Pod) -> Pod:
    """With limits on the pod level, its requests are what the containers request, or else those limits."""
    if not pod.limits:
        return pod
    of_containers = {name: amount for name, amount in container_requests(pod).items() if is_pod_level(name)}
    return replace(pod, requests=united(united(pod.requests, of_containers), pod.limits))
