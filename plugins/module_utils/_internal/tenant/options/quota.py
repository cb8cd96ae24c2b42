# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The option for the ResourceQuota."""

from __future__ import annotations

from collections.abc import Mapping

from ...diagnosis.quoting import quoted
from ...diagnosis.reading import Reading
from ...quota.keys import Key, Standing, classify

SPECIFICATION_QUOTA: Mapping[str, str] = {
    "requests.cpu": "20",
    "requests.memory": "40Gi",
    "limits.cpu": "40",
    "limits.memory": "80Gi",
    "persistentvolumeclaims": "10",
    "services.loadbalancers": "2",
}
_COUNTING = (Standing.ENFORCED, Standing.NEEDS_KIND)


def read_quota(reading: Reading, value: object, path: str) -> dict[str, str]:
    """ResourceQuota.spec.hard. A given mapping replaces the specification's figures as a whole."""
    if value is None:
        return dict(SPECIFICATION_QUOTA)
    given = reading.mapping(value, path)
    if not given:
        reading.refuse(
            path, "is empty", "a tenant without a quota can use up the cluster: state at least requests and limits"
        )
    hard = {}
    for key, entry in given.items():
        meaning = classify(key)
        if meaning.standing in _COUNTING:
            hard[key] = reading.quantity(entry, f"{path}.{key}", whole=meaning.integer)
        else:
            _refuse_key(reading, f"{path}.{key}", meaning)
    return hard


def _refuse_key(reading: Reading, path: str, key: Key) -> None:
    """Refuses a key that nothing is counted by, and suggests the nearest key if there is one."""
    message = "is not a quota key that Kubernetes enforces"
    if key.meant.startswith("requests.") and "/" in key.text:
        step = f'did you mean "{key.meant}"? Extended resources are counted under that name only'
        reading.refuse(path, message, step)
    elif key.text.startswith("count/"):
        expected = f"count/<plural>.<group>, such as count/models.mlops.seldon.io, not {quoted(key.text)}"
        reading.refuse(path, message, expected=expected)
    else:
        reading.refuse(path, message, *([f'did you mean "{key.meant}"?'] if key.meant else []))
