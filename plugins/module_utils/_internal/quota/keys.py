# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Classifies the keys of ResourceQuota.spec.hard by whether they are enforced."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from enum import Enum
from functools import lru_cache

from .resource_names import is_extended, is_huge_pages

CLASS_INFIX = ".storageclass.storage.k8s.io/"
COUNTED = (
    "pods",
    "services",
    "services.loadbalancers",
    "services.nodeports",
    "persistentvolumeclaims",
    "configmaps",
    "secrets",
    "resourcequotas",
    "replicationcontrollers",
)
MEASURED = (
    "cpu",
    "memory",
    "ephemeral-storage",
    "requests.cpu",
    "requests.memory",
    "requests.ephemeral-storage",
    "requests.storage",
    "limits.cpu",
    "limits.memory",
    "limits.ephemeral-storage",
)
_BUILT_IN = (
    *(
        "pods",
        "services",
        "persistentvolumeclaims",
        "configmaps",
        "secrets",
        "resourcequotas",
        "replicationcontrollers",
    ),
    *("serviceaccounts", "endpoints", "events", "limitranges", "podtemplates"),
    *("deployments.apps", "replicasets.apps", "statefulsets.apps", "daemonsets.apps", "controllerrevisions.apps"),
    *(
        "jobs.batch",
        "cronjobs.batch",
        "horizontalpodautoscalers.autoscaling",
        "poddisruptionbudgets.policy",
        "leases.coordination.k8s.io",
    ),
    *("ingresses.networking.k8s.io", "networkpolicies.networking.k8s.io", "endpointslices.discovery.k8s.io"),
    *("roles.rbac.authorization.k8s.io", "rolebindings.rbac.authorization.k8s.io"),
)
_PLURALS = {plural.partition(".")[0]: plural for plural in _BUILT_IN}
_GROUPS = {plural.partition(".")[2] for plural in _BUILT_IN if "." in plural}
_OBJECT_COUNT = re.compile(r"[a-z]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)+", re.ASCII)
_CLASS_NAME = re.compile(r"[a-z0-9]([-a-z0-9.]*[a-z0-9])?", re.ASCII)
_LONGEST = 320


class Standing(Enum):
    """Whether a key is accepted and enforced."""

    ENFORCED = "enforced"
    NEEDS_KIND = "needs its kind"
    """Counts a custom kind: enforced once the cluster serves it. In a quota that is older than the kind it prevents every
    creation.
    """
    DEAD = "dead"
    """Accepted by the API server and never enforced."""
    REFUSED = "refused"
    """Not accepted by the API server."""
    UNSUPPORTED = "unsupported"
    """Enforced only by some releases of Kubernetes; its use is not computed here."""


@dataclass(frozen=True)
class Key:
    """``integer``: its value must be a whole number. ``meant``: the key that was probably intended; empty when the key is
    enforced or there is no similar one.
    """

    text: str
    standing: Standing
    integer: bool = False
    meant: str = ""


@lru_cache(maxsize=1024)
def classify(text: str) -> Key:
    """The class of one key. A text that is longer than any qualified name is REFUSED."""
    if len(text) > _LONGEST:
        return Key(text, Standing.REFUSED)
    if text in COUNTED:
        return Key(text, Standing.ENFORCED, integer=True)
    if text in MEASURED or is_huge_pages(text.removeprefix("requests.")):
        return Key(text, Standing.ENFORCED)
    if text.startswith("count/"):
        return _object_count(text)
    if CLASS_INFIX in text:
        return _storage_class(text)
    if "deviceclass.resource.k" in text:
        return Key(text, Standing.UNSUPPORTED, integer=True)
    if text.startswith("requests.") and is_extended(text.removeprefix("requests.")):
        return Key(text, Standing.ENFORCED)
    bare = text.removeprefix("limits.").removeprefix("requests.")
    if is_extended(bare):
        return Key(text, Standing.DEAD, meant=f"requests.{bare}")
    return Key(text, Standing.DEAD if "/" in text else Standing.REFUSED, meant=_near(text, (*COUNTED, *MEASURED)))


def unit_like(key: str) -> str:
    """A quantity with the suffix family that is usual for this key: ``1Gi`` or ``1``."""
    return (
        "1Gi" if any(word in key for word in ("memory", "storage", "hugepages-")) and not classify(key).integer else "1"
    )


def _object_count(text: str) -> Key:
    resource = text.removeprefix("count/")
    if resource in _BUILT_IN:
        return Key(text, Standing.ENFORCED, integer=True)
    if resource == "resourceclaims.resource.k8s.io":
        return Key(text, Standing.UNSUPPORTED, integer=True)
    if _OBJECT_COUNT.fullmatch(resource):
        meant = _near(resource, _BUILT_IN) if resource.partition(".")[2] in _GROUPS else ""
        return Key(text, Standing.NEEDS_KIND, integer=True, meant=f"count/{meant}" if meant else "")
    meant = _PLURALS.get(resource) or _near(resource, _BUILT_IN)
    return Key(text, Standing.DEAD, integer=True, meant=f"count/{meant}" if meant else "")


def _storage_class(text: str) -> Key:
    name, _infix, counted = text.partition(CLASS_INFIX)
    if counted in ("requests.storage", "persistentvolumeclaims") and _CLASS_NAME.fullmatch(name):
        return Key(text, Standing.ENFORCED, integer=counted == "persistentvolumeclaims")
    meant = _near(counted, ("requests.storage", "persistentvolumeclaims"))
    return Key(text, Standing.DEAD, meant=f"{name}{CLASS_INFIX}{meant}" if meant else "")


def _near(text: str, candidates: tuple[str, ...]) -> str:
    return next(iter(get_close_matches(text, candidates, n=1)), "")
