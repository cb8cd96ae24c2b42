# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A canonical form of pod specs: equal for specs with the same meaning. Without defaults of the API server and values that
Go omits, and with quantities as numbers.

Source of the defaults: Kubernetes' pkg/apis/core/v1/defaults.go, the part that applies to pod templates.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from ..kube.json_values import DEEPEST
from ..kube.quantity import QuantityError, parse_quantity

POINTERS = frozenset(
    (
        "activeDeadlineSeconds",
        "allowPrivilegeEscalation",
        "automountServiceAccountToken",
        "defaultMode",
        "enableServiceLinks",
        "expirationSeconds",
        "fsGroup",
        "fsGroupChangePolicy",
        "hostProcess",
        "hostUsers",
        "localhostProfile",
        "minDomains",
        "mode",
        "optional",
        "preemptionPolicy",
        "priority",
        "privileged",
        "readOnlyRootFilesystem",
        "runAsGroup",
        "runAsNonRoot",
        "runAsUser",
        "runtimeClassName",
        "setHostnameAsFQDN",
        "shareProcessNamespace",
        "storageClassName",
        "supplementalGroupsPolicy",
        "terminationGracePeriodSeconds",
        "tolerationSeconds",
        "volumeAttributesClassName",
    )
)
"""Scalars that are pointers in Go: their zero value is stored and differs from absence. Any other zero value is left
out (omitempty).
"""

_POD = "podSpec"
_CONTAINER = {"terminationMessagePath": "/dev/termination-log", "terminationMessagePolicy": "File"}
_PROBE = {"failureThreshold": 3, "periodSeconds": 10, "successThreshold": 1, "timeoutSeconds": 1}
_FILES = {"defaultMode": 420}
_DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    _POD: {
        "dnsPolicy": "ClusterFirst",
        "restartPolicy": "Always",
        "schedulerName": "default-scheduler",
        "terminationGracePeriodSeconds": 30,
    },
    "containers": _CONTAINER,
    "initContainers": _CONTAINER,
    "ports": {"protocol": "TCP"},
    "livenessProbe": _PROBE,
    "readinessProbe": _PROBE,
    "startupProbe": _PROBE,
    "httpGet": {"path": "/", "scheme": "HTTP"},
    "fieldRef": {"apiVersion": "v1"},
    "configMap": _FILES,
    "downwardAPI": _FILES,
    "projected": _FILES,
    "secret": _FILES,
    "serviceAccountToken": {"expirationSeconds": 3600},
    "securityContext": {"procMount": "Default"},
    "claim": {"volumeMode": "Filesystem"},
}
"""Defaults by the key of the structure."""
_NONE: Mapping[str, Any] = {}
_QUANTITIES = frozenset(("limits", "overhead", "requests"))
_SINGLE_QUANTITIES = frozenset(("divisor", "sizeLimit"))
_MAPS = _QUANTITIES | {"nodeSelector", "matchLabels", "volumeAttributes", "options"}


def canonical(pod_spec: object) -> dict[str, Any]:
    """The canonical form: equal for two pod specs if, and only if, the API server stores them equally. Never raises."""
    return _structure(pod_spec, _POD, DEEPEST) if isinstance(pod_spec, Mapping) else {}


def canonical_claim(template: object) -> dict[str, Any]:
    """The canonical form of a volumeClaimTemplate of a ServerConfig or a StatefulSet: its name, and its spec without
    volumeMode, which the operator ignores.
    """
    given: Mapping[str, Any] = template if isinstance(template, Mapping) else {}
    metadata = given.get("metadata")
    name = given.get("name") or (metadata.get("name") if isinstance(metadata, Mapping) else None)
    spec = given.get("spec")
    form = _structure(spec, "claim", DEEPEST) if isinstance(spec, Mapping) else {}
    return {"name": name, "spec": {key: value for key, value in form.items() if key != "volumeMode"}}


def _structure(given: Mapping[str, Any], place: str, depth: int) -> dict[str, Any]:
    defaults = _DEFAULTS.get(place, _NONE)
    form: dict[str, Any] = {}
    for key, value in given.items():
        # Most values are strings, so they are kept without a call: that saves most of the time.
        kept = (
            value
            if isinstance(value, str) and value and key not in _SINGLE_QUANTITIES
            else _value(key, value, depth - 1)
        )
        if kept is not None and (not defaults or defaults.get(key) != kept):
            form[key] = kept
    if place == _POD:
        _account(form)
    elif place in ("containers", "initContainers") and form.get("imagePullPolicy") == _pull_policy(form.get("image")):
        del form["imagePullPolicy"]
    return form


def _value(key: str, value: Any, depth: int) -> Any:
    """The value; None where it counts as absent."""
    if key in _SINGLE_QUANTITIES:
        return None if _quantity(value) == "=0" else _quantity(value)
    if isinstance(value, str):
        return value or ("" if key in POINTERS else None)
    if value is None or depth <= 0:
        return None
    if isinstance(value, dict):
        if key in _MAPS:
            entries = {
                name: _quantity(entry) if key in _QUANTITIES else entry
                for name, entry in value.items()
                if entry is not None
            }
            return entries or None
        return _structure(value, key, depth) or ({} if key.endswith("Selector") else None)
    if isinstance(value, (list, tuple)):
        # Empty entries stay: the length of a list has a meaning.
        return [
            _structure(entry, key, depth) if isinstance(entry, dict) else entry for entry in value if entry is not None
        ] or None
    return value if value or key in POINTERS else None


def _account(form: dict[str, Any]) -> None:
    """``serviceAccount`` is a deprecated name of ``serviceAccountName``; the API server keeps both equal."""
    alias = form.pop("serviceAccount", None)
    if alias is not None:
        form.setdefault("serviceAccountName", alias)


def _pull_policy(image: object) -> str:
    text = image if isinstance(image, str) else ""
    if "@" in text:
        return "IfNotPresent"
    tag = text.rsplit("/", 1)[-1].partition(":")[2]
    return "Always" if tag in ("", "latest") else "IfNotPresent"


def _quantity(value: Any) -> Any:
    """A quantity as text that is equal for equal numbers; any other value unchanged."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return value
    return _parsed(str(value))


@lru_cache(maxsize=4096)
def _parsed(text: str) -> str:
    try:
        return f"={parse_quantity(text)}"
    except QuantityError:
        return text
