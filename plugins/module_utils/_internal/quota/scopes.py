# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Matches pods with a quota's scopes and scopeSelector (pkg/quota/v1/evaluator/core/pods.go, podMatchesScopeFunc)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from .keys import COUNTED, MEASURED
from .pod import Pod
from .pod_usage import is_best_effort
from .reading import Reading
from .resource_names import is_huge_pages

_COMPUTE = ("pods", "cpu", "memory", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory")


@dataclass(frozen=True)
class Scope:
    """One condition; ``values`` are names of priority classes."""

    name: str
    operator: str = "Exists"
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Meaning:
    """Which pods the scope matches, the operators that it allows, and the keys of a quota that can have it."""

    matches: Callable[[Scope, Pod], bool]
    operators: tuple[str, ...] = ("Exists",)
    keys: tuple[str, ...] = _COMPUTE


def read_scopes(spec: object, reading: Reading) -> tuple[Scope, ...]:
    """The scopes of a ResourceQuotaSpec, as one list; all must match. Unknown ones are refused by the API server."""
    given = reading.mapping(spec, "spec")
    scopes = []
    listed = given.get("scopes") or ()
    if isinstance(listed, (list, tuple)):
        scopes += [Scope(reading.text(name, "spec.scopes")) for name in listed]
    else:
        reading.refuse("spec.scopes", f"is {type(listed).__name__}, expected a list")
    selector = reading.mapping(given.get("scopeSelector"), "spec.scopeSelector")
    for path, entry in reading.mappings(selector.get("matchExpressions"), "spec.scopeSelector.matchExpressions"):
        values = entry.get("values") or ()
        texts = tuple(value for value in values if isinstance(value, str)) if isinstance(values, (list, tuple)) else ()
        name, operator = (reading.text(entry.get(key), f"{path}.{key}") for key in ("scopeName", "operator"))
        scopes.append(Scope(name, operator, texts))
    return tuple(scopes)


def selects(scopes: Iterable[Scope], pod: Pod) -> bool:
    """Whether all scopes match the pod."""
    return all(_matches(scope, pod) for scope in scopes)


def check_scopes(scopes: Iterable[Scope], keys: Iterable[str], reading: Reading) -> None:
    """Adds the findings of unknown and conflicting scopes, and of keys that a scope cannot limit."""
    given = {scope.name for scope in scopes}
    for scope_name, opposite in _CONFLICTS:
        if scope_name in given and opposite in given:
            reading.refuse("spec.scopes", f"{scope_name} and {opposite} are conflicting scopes", "use two quotas")
    for scope in scopes:
        if scope.name not in _SCOPES:
            reading.refuse("spec.scopes", f"{scope.name[:40]!a} is not a scope", f"use one of {', '.join(_SCOPES)}")
        elif scope.operator not in _SCOPES[scope.name].operators:
            reading.refuse("spec.scopeSelector", f"{scope.name} does not allow the operator {scope.operator[:40]!a}")
        elif (scope.operator in ("In", "NotIn")) != bool(scope.values):
            reading.refuse(
                "spec.scopeSelector", f"{scope.operator} needs values, and Exists and DoesNotExist must not have any"
            )
    for name in sorted(given.intersection(_SCOPES)):
        possible = _SCOPES[name].keys
        standard = {
            key for key in keys if key in COUNTED or key in MEASURED or is_huge_pages(key.removeprefix("requests."))
        }
        for key in sorted(standard.difference(possible)):
            reading.refuse(
                f"spec.hard.{key}",
                f"scope {name} cannot limit it",
                f"move it to a quota without scopes; this one allows: {', '.join(possible)}",
            )


def _matches(scope: Scope, pod: Pod) -> bool:
    return scope.name in _SCOPES and _SCOPES[scope.name].matches(scope, pod)


def _matches_class(scope: Scope, pod: Pod) -> bool:
    """Works like a label selector: NotIn also matches a pod without a class."""
    if scope.operator in ("In", "NotIn"):
        return (pod.priority_class in scope.values) is (scope.operator == "In")
    return (pod.priority_class != "") is (scope.operator == "Exists")


_SCOPES = {
    "Terminating": _Meaning(lambda _scope, pod: pod.terminating),
    "NotTerminating": _Meaning(lambda _scope, pod: not pod.terminating),
    "BestEffort": _Meaning(lambda _scope, pod: is_best_effort(pod), keys=("pods",)),
    "NotBestEffort": _Meaning(lambda _scope, pod: not is_best_effort(pod)),
    "PriorityClass": _Meaning(_matches_class, operators=("In", "NotIn", "Exists", "DoesNotExist")),
    "CrossNamespacePodAffinity": _Meaning(lambda _scope, pod: pod.cross_namespace_affinity),
}
_CONFLICTS = (("BestEffort", "NotBestEffort"), ("Terminating", "NotTerminating"))
