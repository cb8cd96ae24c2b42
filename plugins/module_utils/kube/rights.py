# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Asks the API server what the user may do, before it is tried."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Executor
from dataclasses import dataclass

from .client import KubeClient
from .known import SELF_SUBJECT_ACCESS_REVIEW

WRITE = ("create", "get", "patch")
"""To apply an object, and to see what became of it."""
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
        """Such as ``deployments.apps in namespace seldon-system``."""
        name = f"{self.resource}.{self.group}" if self.group else self.resource
        return f"{name} in namespace {self.namespace}" if self.namespace else name


def missing_rights(client: KubeClient, needs: Iterable[Need], executor: Executor) -> dict[str, list[str]]:
    """The verbs that are refused, by the words of their resource. A cluster administrator costs one review. Raises KubeError."""
    questions = sorted({(need.words, verb, need) for need in needs for verb in need.verbs}, key=lambda item: item[:2])
    asked = {(words, verb): need for words, verb, need in questions}
    if not asked or _is_allowed(client, Need(("*",), "*", "*"), "*"):
        return {}
    answers = executor.map(lambda item: _is_allowed(client, item[1], item[0][1]), asked.items())
    refused: dict[str, list[str]] = {}
    for (words, verb), allowed in zip(asked, answers, strict=True):
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
