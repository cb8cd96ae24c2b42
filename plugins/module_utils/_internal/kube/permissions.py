# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Asks the API server for the user's permissions before they are needed."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Executor
from dataclasses import dataclass

from .client import KubeClient
from .resources import SELF_SUBJECT_ACCESS_REVIEW

WRITE = ("create", "get", "patch")
"""The verbs to apply an object and to read its status."""
NEXT_STEP = "grant it to the user of the kubeconfig, or use another context"


@dataclass(frozen=True)
class Need:
    """Verbs on a resource, in ``namespace`` or, where that is empty, in the whole cluster."""

    verbs: tuple[str, ...]
    group: str
    resource: str
    namespace: str = ""

    @property
    def words(self) -> str:
        """``deployments.apps in namespace seldon-system``."""
        name = f"{self.resource}.{self.group}" if self.group else self.resource
        return f"{name} in namespace {self.namespace}" if self.namespace else name


def missing_permissions(client: KubeClient, needs: Iterable[Need], executor: Executor) -> dict[str, list[str]]:
    """The refused verbs by :attr:`Need.words`. One review is enough for a cluster administrator. Raises KubeError."""
    questions = sorted({(need.words, verb, need) for need in needs for verb in need.verbs}, key=lambda item: item[:2])
    reviews = {(words, verb): need for words, verb, need in questions}
    if not reviews or _is_allowed(client, Need(("*",), "*", "*"), "*"):
        return {}
    answers = executor.map(lambda item: _is_allowed(client, item[1], item[0][1]), reviews.items())
    refused: dict[str, list[str]] = {}
    for (words, verb), allowed in zip(reviews, answers, strict=True):
        if not allowed:
            refused.setdefault(words, []).append(verb)
    return refused


def _is_allowed(client: KubeClient, need: Need, verb: str) -> bool:
    attributes = {"verb": verb, "group": need.group, "resource": need.resource, "namespace": need.namespace}
    review = {
        "apiVersion": SELF_SUBJECT_ACCESS_REVIEW.api_version,
        "kind": SELF_SUBJECT_ACCESS_REVIEW.kind,
        "spec": {"resourceAttributes": attributes},
    }
    answer = client.create(SELF_SUBJECT_ACCESS_REVIEW, review)
    return bool((answer.get("status") or {}).get("allowed"))
