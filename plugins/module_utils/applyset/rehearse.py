# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Asks the server about objects whose namespace does not exist yet, before it is made.

A dry-run needs a namespace, so another one lends itself, under a name that nobody has. Only what the object itself is
refused for counts: quotas, policies and rights of that other namespace say nothing about this one.
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

_POLICY = re.compile(r"denied (the )?request")
"""What admission policies and webhooks say, often as 422 or 400: a verdict on that other namespace, or on the name."""


def rehearse(
    client: KubeClient, steps: Iterable[Step], namespace: str, manager: str, executor: Executor
) -> list[Failure]:
    """Those of the steps whose objects the server calls invalid; they are asked about in ``namespace``."""

    def attempt(step: Step) -> Failure | None:
        stand_in = _stand_in(step.intended, namespace)
        try:
            client.apply(step.resource, stand_in, field_manager=manager, dry_run=True)
        except Invalid as error:
            if _POLICY.search(error.message):
                return None
            message = error.message.replace(stand_in["metadata"]["name"], step.key.name)
            return Failure(step, Invalid(message, causes=error.causes))
        except KubeError:
            return None  # of that other namespace, or of the moment: the real request will tell
        return None

    return [failure for failure in executor.map(attempt, steps) if failure]


def _stand_in(intent: KubeObject, namespace: str) -> KubeObject:
    name = intent["metadata"]["name"]
    digest = hashlib.sha256(f"{intent['kind']}/{name}".encode()).hexdigest()[:10]
    return {**intent, "metadata": {**intent["metadata"], "name": f"rehearsal-{digest}", "namespace": namespace}}
