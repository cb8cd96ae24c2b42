# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether a change keeps a workload's pods or recreates them from another template."""

from __future__ import annotations

from collections.abc import Mapping

from ..kube.objects import mapping
from ..kube.quantity import QuantityError, billionths_of
from ..quota.pod import Pod, read_pod
from ..quota.reading import Reading

_QUANTITIES = ("limits", "requests", "overhead")


def same_template(live: object, desired: object) -> bool:
    """Whether ``spec.template`` of the live workload equals the desired one. Additional fields of the live one are
    defaults, except in resources.
    """
    return _holds(live, desired) and _amounts(live) == _amounts(desired)


def _holds(live: object, desired: object, name: str = "") -> bool:
    """Whether ``live`` has every desired field. The API server does not store empty values."""
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
