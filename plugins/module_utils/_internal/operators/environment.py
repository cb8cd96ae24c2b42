# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The environment that the kubelet gives a container, as far as its pod template determines it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..kube.container_text import Text, expand

_SERVICE_VARIABLE = re.compile(
    r"[A-Z][A-Z0-9_]*_(SERVICE_HOST|SERVICE_PORT(_[A-Z0-9_]+)?|PORT(_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?)"
)


@dataclass(frozen=True)
class Environment:
    """Variables by name, and the sources (prefix, words for messages) that may define further names."""

    variables: Mapping[str, Text]
    sources: Sequence[tuple[str, str]]

    def lookup(self, name: str) -> Text | None:
        """The value of a variable; None when it does not exist."""
        if name in self.variables:
            return self.variables[name]
        for prefix, words in self.sources:
            if name.startswith(prefix):
                return Text("", f"{name} may come from {words}")
        if _SERVICE_VARIABLE.fullmatch(name):
            return Text("", f"{name} may come from a Service of the namespace")
        return None


def environment(container: Mapping[str, Any], namespace: str) -> Environment:
    """The environment of a container of a pod template; `namespace` is that of its pods."""
    sources = [_source(entry) for entry in container.get("envFrom") or ()]
    variables: dict[str, Text] = {}
    for entry in container.get("env") or ():
        so_far = Environment(variables, sources)
        name = entry["name"]
        if entry.get("value"):
            variables[name] = expand(entry["value"], so_far.lookup)
        else:
            variables[name] = _value_from(name, entry.get("valueFrom"), namespace)
    return Environment(variables, sources)


def _value_from(name: str, value_from: Mapping[str, Any] | None, namespace: str) -> Text:
    if not value_from:
        return Text("")
    field = (value_from.get("fieldRef") or {}).get("fieldPath")
    if field == "metadata.namespace":
        return Text(namespace)
    if field:
        return Text("", f"{name} comes from the pod's {field}")
    for key, kind in (("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret")):
        if key in value_from:
            return Text("", f"{name} comes from the {kind} {value_from[key].get('name', '')}")
    return Text("", f"{name} comes from {', '.join(sorted(value_from))}")


def _source(entry: Mapping[str, Any]) -> tuple[str, str]:
    for key, kind in (("configMapRef", "ConfigMap"), ("secretRef", "Secret")):
        if key in entry:
            return entry.get("prefix") or "", f"the {kind} {entry[key].get('name', '')} (envFrom)"
    return entry.get("prefix") or "", "envFrom"
