# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A refused write in one line: the fields, what is wrong with them, and the next step."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ..diagnosis.quoting import one_line
from ..kube.errors import Invalid, KubeError
from ..kube.field_errors import FieldError, field_errors
from .compare import show_path
from .step import Step, first_few

MOST = 10
"""The largest number of wrong fields in a line."""
_KEEP = frozenset(("PersistentVolumeClaim", "PersistentVolume", "CustomResourceDefinition", "Namespace"))
"""Kinds whose deletion deletes data, or the objects of others."""
_OTHER_NAME = "Give it another name, or delete it and run again"
_STEPS: Mapping[str, str] = {
    "Deployment": "Give it another name, or delete it with its pods and run again",
    "DaemonSet": "Delete it with its pods, and run again",
    "Service": "Remove the field from the manifest, or delete the Service and run again: it then gets a new address",
    "Secret": "Give it another name and change what refers to it, or delete it and run again",
    "ConfigMap": "Give it another name and change what refers to it, or delete it and run again",
    "RoleBinding": "Delete it and run again; until then its subjects do not have these permissions",
    "ClusterRoleBinding": "Delete it and run again; until then its subjects do not have these permissions",
}
_RESIZE = "must support resize"
_RESIZE_STEP = "Keep the old size, or give the claim another name and a StorageClass with allowVolumeExpansion: true"
_ALLOWED = re.compile(r"fields? other than (.*)|except (.*)")


def refusal(error: KubeError, step: Step) -> str:
    """The error about ``step``. Values of Secrets are left out."""
    errors = field_errors(error.causes) if isinstance(error, Invalid) else []
    if not errors:
        return one_line(f"{error}. {_RESIZE_STEP}" if _RESIZE in error.message else str(error))
    if _changes_address(step):
        errors = [FieldError("spec.clusterIP", "field is immutable")]
    fixed = [entry for entry in errors if entry.is_immutable and step.live is not None]
    wrong = [entry for entry in errors if entry not in fixed]
    texts = []
    if fixed:
        texts.append(f"{_changed(fixed, step)} cannot be changed after its creation. {next_step(fixed, step)}")
    if wrong:
        texts.append(_wrong(wrong, step))
    return one_line(". ".join(texts))


def _changes_address(step: Step) -> bool:
    """Whether a Service would get another address. The server reports the consequences for its IP families instead."""
    paths = [change.path for change in step.changes if change.is_visible and step.live is not None]
    return step.key.kind == "Service" and any(path[:2] == ("spec", "clusterIP") for path in paths)


def _wrong(errors: Sequence[FieldError], step: Step) -> str:
    has_values = not (step.key.kind == "Secret" and not step.key.group)
    shown = [
        f"{entry.field}: {entry.text}" + (f" (it is {entry.value})" if entry.value and has_values else "")
        for entry in errors
    ]
    if len(shown) == 1:
        return f"{shown[0]}. Correct the field"
    more = f"; and {len(shown) - MOST} more" if len(shown) > MOST else ""
    return f"{len(shown)} fields are wrong: {'; '.join(shown[:MOST])}{more}. Correct the fields"


def _changed(errors: Sequence[FieldError], step: Step) -> str:
    """The fields of the manifest that cause these errors: the server often names only the map that they are in."""
    changed: list[str] = []
    for entry in errors:
        allowed = _allowed(entry.text)
        paths = [show_path(change.path) for change in step.changes if change.is_visible]
        inside = [path for path in paths if _is_within(path, f".{entry.field}") or _is_within(f".{entry.field}", path)]
        refused = [path for path in inside if not any(_is_within(path, f".{entry.field}.{name}") for name in allowed)]
        changed += refused or inside or [f".{entry.field}"]
    return first_few([path.removeprefix(".") for path in dict.fromkeys(changed)])


def _allowed(text: str) -> list[str]:
    """The fields that the message exempts: ``updates to statefulset spec for fields other than 'replicas', …``."""
    match = _ALLOWED.search(text)
    return re.findall(r"'(\w+)'", match[1] or "") if match else []


def _is_within(path: str, container: str) -> bool:
    return path == container or path.startswith((f"{container}.", f"{container}["))


def next_step(errors: Sequence[FieldError], step: Step) -> str:
    """The next step for fields that cannot be changed. The command can be run as it is written."""
    kind = step.key.kind
    if kind in _KEEP:
        other = ", or give the claim another name" if kind == "PersistentVolumeClaim" else ""
        return f"Keep the old value{other}. Deleting the object deletes {_lost(kind)}"
    has_new_selector = any(change.path[:2] == ("spec", "selector") for change in step.changes)
    if kind == "StatefulSet" and not has_new_selector:
        return f"Delete it without its pods, which the new one adopts, and run again: {_delete(step)} --cascade=orphan"
    return f"{_STEPS.get(kind, _OTHER_NAME)}: {_delete(step)}"


def _lost(kind: str) -> str:
    return {
        "CustomResourceDefinition": "every object of the kind",
        "Namespace": "every object in it",
    }.get(kind, "its data")


def _delete(step: Step) -> str:
    resource, key = step.resource, step.key
    is_built_in = "." not in resource.group or resource.group.endswith(".k8s.io")
    name = key.kind.lower() if is_built_in else f"{resource.plural}.{resource.group}"
    place = f" -n {key.namespace}" if key.namespace else ""
    return f"kubectl delete {name} {key.name}{place}"
