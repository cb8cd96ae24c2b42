# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The defaults that the API server sets before it compares a pod with quotas, in its order: limits as requests, LimitRange
defaults, then the pod level.
"""

from __future__ import annotations

from dataclasses import replace

from ..kube.amounts import united
from .limit_ranges import LimitRules
from .pod import Container, Pod, is_pod_level
from .pod_usage import container_requests


def defaulted(pod: Pod, rules: LimitRules) -> Pod:
    """The pod with its defaults. A default limit may be below a stated request: then the pod is invalid, see violations.py."""
    containers, init_containers = (
        tuple(_defaulted(container, rules) for container in group) for group in (pod.containers, pod.init_containers)
    )
    return _pod_level_requests(replace(pod, containers=containers, init_containers=init_containers))


def _defaulted(container: Container, rules: LimitRules) -> Container:
    """The container's own limits are also its requests; then each rule adds missing values."""
    requests, limits = united(container.requests, container.limits), container.limits
    for rule in rules:
        if rule.kind == "Container":
            requests, limits = united(requests, rule.default_request), united(limits, rule.default)
    return Container(container.name, requests, limits, container.sidecar)


def _pod_level_requests(pod: Pod) -> Pod:
    """A pod with limits on the pod level gets requests: the sum of its containers' requests, else those limits."""
    if not pod.limits:
        return pod
    of_containers = {name: amount for name, amount in container_requests(pod).items() if is_pod_level(name)}
    return replace(pod, requests=united(united(pod.requests, of_containers), pod.limits))
