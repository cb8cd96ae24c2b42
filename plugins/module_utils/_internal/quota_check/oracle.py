# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Asks the API server itself about one pod of each Server, by a dry-run: admission webhooks and Pod Security answer as
well.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..diagnosis.subject import Subject
from ..kube.client import KubeClient
from ..kube.errors import KubeError
from ..kube.resources import POD, SERVER
from ..resolved_tenant.resolved_tenant import PlannedServer
from ..seldon.effective import SERVER_LABEL


@dataclass(frozen=True)
class Answer:
    """``refusal`` is what the server said; empty where it would take the pod."""

    subject: Subject
    refusal: str = ""


def ask_server(client: KubeClient, namespace: str, servers: Iterable[PlannedServer]) -> list[Answer]:
    """The API server's answers, one dry-run request per Server. Nothing is created."""
    return [_ask(client, namespace, planned) for planned in servers]


def _ask(client: KubeClient, namespace: str, planned: PlannedServer) -> Answer:
    name, made = planned.name, planned.effective
    claims = [
        {"name": template.get("name"), "persistentVolumeClaim": {"claimName": f"{template.get('name')}-{name}-0"}}
        for template in made.volume_claim_templates
    ]
    volumes = made.pod_spec.get("volumes") or []
    spec = (
        {**made.pod_spec, "volumes": [*volumes, *claims]} if isinstance(volumes, list) else made.pod_spec
    )  # that is for the server to refuse
    pod = {
        "apiVersion": POD.api_version,
        "kind": POD.kind,
        "metadata": {"generateName": f"{name}-", "namespace": namespace, "labels": {SERVER_LABEL: name}},
        "spec": spec,
    }
    try:
        client.create(POD, pod, dry_run=True)
    except KubeError as error:
        return Answer(Subject(SERVER.kind, name), str(error))
    return Answer(Subject(SERVER.kind, name))
