# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The use of a pod: effective requests and limits, their quota keys, and the requests and limits that a quota requires.

Source: component-helpers resource/helpers.go and the pod evaluator of ResourceQuota
(pkg/quota/v1/evaluator/core/pods.go).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import chain

from ..kube.amounts import ONE, Amount, Amounts, add
from .pod import Container, Pod
from .resource_names import is_extended, is_huge_pages

_COMPUTE = ("cpu", "memory", "ephemeral-storage")
MUST_BE_STATED = ("cpu", "memory", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory")
"""A quota with one of these keys refuses pods with a container that does not state it."""


def effective_requests(pod: Pod) -> dict[str, Amount]:
    """Requests by resource name, with the overhead."""
    total = _without_overhead(pod, _requests, pod.requests)
    add(total, pod.overhead)
    return total


def effective_limits(pod: Pod) -> dict[str, Amount]:
    """Limits by resource name; the overhead is added where there is a limit other than 0."""
    total = _without_overhead(pod, _limits, pod.limits)
    add(total, {name: amount for name, amount in pod.overhead.items() if total.get(name)})
    return total


def container_requests(pod: Pod) -> dict[str, Amount]:
    """The requests of all containers together, without those of the pod level."""
    return _of_containers(pod, _requests)


def pod_requests(pod: Pod) -> dict[str, Amount]:
    """Effective requests without the overhead, as a LimitRange of type Pod uses them."""
    return _without_overhead(pod, _requests, pod.requests)


def pod_limits(pod: Pod) -> dict[str, Amount]:
    """Effective limits without the overhead."""
    return _without_overhead(pod, _limits, pod.limits)


def pod_charges(pod: Pod) -> dict[str, Amount]:
    """The amounts by quota key of a pod that is not terminal."""
    charges = {"pods": ONE, "count/pods": ONE}
    for name, amount in effective_requests(pod).items():
        if name in _COMPUTE or is_huge_pages(name):
            charges[name] = charges[f"requests.{name}"] = amount
        elif is_extended(name):
            charges[f"requests.{name}"] = amount
    for name, amount in effective_limits(pod).items():
        if name in _COMPUTE:
            charges[f"limits.{name}"] = amount
    return charges


def unstated(pod: Pod, keys: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The containers and init containers that do not state a key, by those of a quota's keys that must be stated."""
    if pod.requests or pod.limits:
        return {}
    missing = {}
    for key in sorted(key for key in keys if key in MUST_BE_STATED):
        pick, resource = (
            (_limits, key.removeprefix("limits."))
            if key.startswith("limits.")
            else (_requests, key.removeprefix("requests."))
        )
        names = tuple(
            container.name
            for container in chain(pod.containers, pod.init_containers)
            if resource not in pick(container)
        )
        if names:
            missing[key] = names
    return missing


def is_best_effort(pod: Pod) -> bool:
    """Whether neither the pod nor a container has a request or limit of cpu or memory above 0."""
    stated = chain(
        (pod.requests, pod.limits), *((c.requests, c.limits) for c in chain(pod.containers, pod.init_containers))
    )
    return not any(amounts.get("cpu") or amounts.get("memory") for amounts in stated)


def _requests(container: Container) -> Amounts:
    return container.requests


def _limits(container: Container) -> Amounts:
    return container.limits


def _without_overhead(pod: Pod, pick: Callable[[Container], Amounts], pod_level: Amounts) -> dict[str, Amount]:
    """The containers' sum, with the amounts of the pod level in place of it where they are stated."""
    total = _of_containers(pod, pick)
    total.update(pod_level)
    return total


def _of_containers(pod: Pod, pick: Callable[[Container], Amounts]) -> dict[str, Amount]:
    """By resource, the larger of the sum of running containers and the peak during the start."""
    together: dict[str, Amount] = {}
    for container in pod.containers:
        add(together, pick(container))
    running: dict[str, Amount] = {}
    peak: dict[str, Amount] = {}
    for container in pod.init_containers:
        amounts = pick(container)
        if container.sidecar:
            add(running, amounts)
        for name, amount in amounts.items():
            moment = running[name] if container.sidecar else amount + running.get(name, 0)
            peak[name] = max(peak.get(name, moment), moment)
    add(together, running)
    for name, amount in peak.items():
        together[name] = max(together.get(name, amount), amount)
    return together
