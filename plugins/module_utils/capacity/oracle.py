# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Asks the API server itself about one pod of each Server, by a dry-run: admission webhooks and Pod Security answer as well."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..kube.client import KubeClient
from ..kube.errors import KubeError
from ..kube.known import POD
from ..kube.objects import name_of
from .change import ServerPlan


@dataclass(frozen=True)
class Answer:
    """``refusal`` is what the server said; empty where it would take the pod."""

    subject: str
    refusal: str = ""


def ask_server(client: KubeClient, namespace: str, servers: Iterable[ServerPlan]) -> list[Answer]:
    """One request a Server. Nothing is created."""
    return [_ask(client, namespace, plan) for plan in servers]


def _ask(client: KubeClient, namespace: str, plan: ServerPlan) -> Answer:
    name = name_of(plan.server)
    claims = [
        {"name": template.get("name"), "persistentVolumeClaim": {"claimName": f"{template.get('name')}-{name}-0"}}
        for template in plan.volume_claim_templates
    ]
    volumes = plan.pod_spec.get("volumes") or []
    spec = (
        {**plan.pod_spec, "volumes": [*volumes, *claims]} if isinstance(volumes, list) else plan.pod_spec
    )  # that is for the server to refuse
    pod = {
        "apiVersion": POD.api_version,
        "kind": POD.kind,
        "metadata": {"generateName": f"{name}-", "namespace": namespace, "labels": {"seldon-server-name": name}},
        "spec": spec,
    }
    try:
        client.create(POD, pod, dry_run=True)
    except KubeError as error:
        return Answer(f"Server {name}", str(error))
    return Answer(f"Server {name}")
