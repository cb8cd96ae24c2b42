# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Labels and annotations for the tenant's namespace."""

from __future__ import annotations

from ...diagnosis.quoting import quoted
from ...diagnosis.reading import Reading
from ...kube.names import is_label_value, is_qualified_name
from ...ownership.labels import MANAGED_BY, PREFIX

_OURS = (PREFIX, "pod-security.kubernetes.io/", "applyset.kubernetes.io/")
_NOT_TO_SET = (MANAGED_BY, "kubernetes.io/metadata.name")


def read_labels(reading: Reading, value: object, path: str) -> dict[str, str]:
    """Labels by key."""
    labels = _pairs(reading, value, path)
    for key, text in labels.items():
        if not is_label_value(text):
            expected = "at most 63 letters, digits, -, _ and ., beginning and ending with a letter or digit"
            reading.refuse(f"{path}.{key}", f"{quoted(text)} is not a label's value", expected=expected)
    return labels


def read_annotations(reading: Reading, value: object, path: str) -> dict[str, str]:
    """Annotations by key."""
    return _pairs(reading, value, path)


def _pairs(reading: Reading, value: object, path: str) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for key, entry in reading.mapping(value, path).items():
        if not is_qualified_name(key):
            reading.refuse(path, f"the key {quoted(key)} is not valid", expected="name or prefix.example/name")
        elif key in _NOT_TO_SET or key.startswith(_OURS):
            other = "use tenant_namespace_pod_security" if key.startswith("pod-security") else "leave it out"
            reading.refuse(f"{path}.{key}", "is set by Kubernetes or by this collection", other)
        elif entry is None:
            reading.refuse(f"{path}.{key}", "has no value", 'write "" for an empty one')
        else:
            pairs[key] = reading.string(entry, f"{path}.{key}")
    return pairs
