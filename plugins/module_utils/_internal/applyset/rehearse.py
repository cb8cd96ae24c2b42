# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Validates objects by dry-run before their namespace exists.

A dry-run needs a namespace, so it is sent to another one, under a name that does not exist there. Only errors about the
object itself count: quotas, policies and permissions of that other namespace do not apply to this one.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from concurrent.futures import Executor

from ..kube.client import KubeClient
from ..kube.errors import Invalid, KubeError
from ..kube.types import KubeObject
from .execute import Failure
from .step import Step
from .wrong_fields import with_every_field

_POLICY = re.compile(r"denied (the )?request")
"""The text of admission policies and webhooks, often with 422 or 400. It is about the other namespace, or the name."""


def rehearse(
    client: KubeClient, steps: Iterable[Step], namespace: str, manager: str, executor: Executor
) -> list[Failure]:
    """The steps whose objects the server calls invalid. The dry-runs are sent to ``namespace``."""

    def attempt(step: Step) -> Failure | None:
        stand_in = _stand_in(step.intended, namespace)
        try:
            client.apply(step.resource, stand_in, field_manager=manager, dry_run=True)
        except Invalid as error:
            if _POLICY.search(error.message):
                return None
            every = with_every_field(client, step, stand_in, error)
            message = every.message.replace(stand_in["metadata"]["name"], step.key.name)
            return Failure(step, Invalid(message, causes=every.causes))
        except KubeError:
            return None  # about that other namespace, or temporary: the real request reports it if it remains
        return None

    return [failure for failure in executor.map(attempt, steps) if failure]


def _stand_in(intent: KubeObject, namespace: str) -> KubeObject:
    name = intent["metadata"]["name"]
    digest = hashlib.sha256(f"{intent['kind']}/{name}".encode()).hexdigest()[:10]
    return {**intent, "metadata": {**intent["metadata"], "name": f"rehearsal-{digest}", "namespace": namespace}}
