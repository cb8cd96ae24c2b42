# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The powers over a tenant that a grant gives, as sets of requests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from functools import lru_cache

from ..kube.resources import RBAC_GROUP, SELDON_GROUP
from ..operators.rbac import Rule
from .access import Question


class Power(str, Enum):
    """Each is a set of requests; a subject that may make one of them has the power."""

    SECRETS = "read Secrets"
    GUARD_RAILS = "change guard-rails"
    ACT_AS = "act as somebody else"
    COMMANDS = "run commands in pods or reach them past the network policies"
    PODS = "start pods"
    TRAFFIC = "redirect traffic"
    WRITE = "write objects"
    READ = "read objects"


_CHANGE = ("create", "update", "patch", "delete", "deletecollection")
_NETWORK = "networking.k8s.io"
_Asked = tuple[str, Sequence[str], Sequence[str]]
"""API group, resources, verbs."""

POWERS: Mapping[Power, Sequence[_Asked]] = {
    # The API server answers an empty patch, and a delete that waits for dependents, with the whole Secret.
    Power.SECRETS: (("", ("secrets",), ("get", "list", "watch", "patch", "delete", "deletecollection")),),
    Power.GUARD_RAILS: (
        ("", ("resourcequotas", "limitranges"), _CHANGE),
        ("", ("namespaces",), ("update", "patch", "delete")),
        (_NETWORK, ("networkpolicies",), _CHANGE),
        (RBAC_GROUP, ("roles", "rolebindings"), _CHANGE),
    ),
    Power.ACT_AS: (
        ("", ("serviceaccounts", "users", "groups"), ("impersonate",)),
        ("", ("serviceaccounts/token",), ("create",)),
        (RBAC_GROUP, ("roles", "clusterroles"), ("escalate", "bind")),
    ),
    Power.COMMANDS: (
        ("", ("pods/exec", "pods/attach", "pods/portforward", "pods/proxy", "services/proxy"), ("create", "get")),
        ("", ("pods/ephemeralcontainers", "pods/resize"), ("update", "patch")),
    ),
    Power.PODS: (
        ("", ("pods", "replicationcontrollers"), ("create", "update", "patch")),
        ("apps", ("deployments", "statefulsets", "daemonsets", "replicasets"), ("create", "update", "patch")),
        ("batch", ("jobs", "cronjobs"), ("create", "update", "patch")),
    ),
    Power.TRAFFIC: (
        ("", ("services", "services/status", "endpoints"), ("create", "update", "patch")),
        ("discovery.k8s.io", ("endpointslices",), ("create", "update", "patch")),
        (_NETWORK, ("ingresses",), ("create", "update", "patch")),
    ),
    Power.WRITE: (
        ("", ("configmaps", "secrets", "serviceaccounts", "persistentvolumeclaims", "pods", "events"), _CHANGE),
        (
            SELDON_GROUP,
            ("servers", "serverconfigs", "models", "experiments", "pipelines", "seldonruntimes", "seldonconfigs"),
            _CHANGE,
        ),
        (
            SELDON_GROUP,
            ("servers/status", "models/status", "experiments/status", "servers/scale", "models/scale"),
            ("update", "patch"),
        ),
    ),
    Power.READ: (
        (
            "",
            ("configmaps", "pods", "pods/log", "services", "persistentvolumeclaims", "serviceaccounts"),
            ("get", "list", "watch"),
        ),
        ("apps", ("deployments", "statefulsets"), ("get", "list", "watch")),
        (SELDON_GROUP, ("servers", "serverconfigs", "models", "experiments", "pipelines"), ("get", "list", "watch")),
    ),
}


@lru_cache(maxsize=4096)
def powers(rules: tuple[Rule, ...]) -> dict[Power, Question]:
    """Each power that the rules give, with one request that they allow, in no namespace yet; a name where they allow
    only some objects.
    """
    questions = {}
    for power, asked in POWERS.items():
        question = _first(rules, asked)
        if question is not None:
            questions[power] = question
    return questions


def _first(rules: tuple[Rule, ...], asked: Sequence[_Asked]) -> Question | None:
    for group, resources, verbs in asked:
        for resource in resources:
            for rule in rules:
                if not rule.touches(group, resource):
                    continue
                for verb in verbs:
                    name = min(rule.names, default="")
                    if (name == "" or verb not in _NAMELESS or "/" in resource) and rule.allows_named(
                        group, resource, verb, name
                    ):
                        return Question(verb, group, resource, name=name)
    return None


_NAMELESS = ("create", "deletecollection")
"""Requests that name no object, so that rules with names never grant them; but subresources are created of a named
object.
"""
