# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether a workload's pods stay as they are, or are made anew from another template."""

from __future__ import annotations

from collections.abc import Mapping

from ..kube.objects import mapping
from ..quota.pod import Pod, read_pod
from ..quota.quantity import QuantityError, billionths_of
from ..quota.reading import Reading

_QUANTITIES = ("limits", "requests", "overhead")


def same_template(live: object, desired: object) -> bool:
    """``spec.template`` of the live workload, and the one that it gets. What the live one has more are defaults, but for resources."""
    return _holds(live, desired) and _amounts(live) == _amounts(desired)


def _holds(live: object, desired: object, name: str = "") -> bool:
    """Whether every field that is desired is there; what the API server does not store of it is empty."""
    if isinstance(desired, Mapping):
        if not isinstance(live, Mapping):
            return not desired and not live
        return all(
            _holds(live.get(key), value, name if name in _QUANTITIES else str(key)) for key, value in desired.items()
        )
    if isinstance(desired, list):
        entries = live if isinstance(live, list) else []
        return len(entries) == len(desired) and all(
            _holds(one, other) for one, other in zip(entries, desired, strict=True)
        )
    return live == desired or (live is None and not desired) or (name in _QUANTITIES and _equal(live, desired))


def _equal(live: object, desired: object) -> bool:
    try:
        return billionths_of(live) == billionths_of(desired)
    except QuantityError:
        return False


def _amounts(template: object) -> tuple[object, ...]:
    pod: Pod = read_pod(mapping(template).get("spec"), Reading())
    return pod.containers, pod.init_containers, pod.requests, pod.limits
