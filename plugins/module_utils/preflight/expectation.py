# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The platform as it is going to be, for tenants that are checked before it is made or changed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..applyset.request import FIELD_MANAGER
from ..kube.client import KubeClient
from ..kube.errors import KubeError
from ..kube.known import CLUSTER_ROLE, DEPLOYMENT, ROLE, SELDON_CONFIG, SERVER_CONFIG
from ..kube.types import KubeObject
from ..manifests.source import read_text
from ..manifests.tree import objects_of, plain
from ..tenant.configs import without_nulls
from ..tenant.operator import CENTRAL
from ..tenant.operator import ROLE as MANAGER_ROLE
from .problem import Problem
from .request import SETUP_CHART

_NAMED = {DEPLOYMENT.kind: CENTRAL, ROLE.kind: MANAGER_ROLE, CLUSTER_ROLE.kind: MANAGER_ROLE}
_CONFIGS = (SELDON_CONFIG.kind, SERVER_CONFIG.kind)
_REHEARSAL = "rehearsal-of-the-central-operator"


def expected_objects(
    rendered: str, server_configs: Iterable[KubeObject], namespace: str
) -> tuple[list[KubeObject], list[Problem]]:
    """What tenants are made from: the central Deployment and its role, SeldonConfigs and ServerConfigs, without nulls.

    ``rendered`` is the setup chart's text as Helm renders it, empty where the chart stays as it is deployed. The problems say why
    tenants could not be judged by a rendering that Helm itself takes.
    """
    read = read_text(rendered.encode(), "chart")
    objects = [plain(node) for document in read.documents for node in objects_of(document.root)]
    wanted = [obj for obj in objects if isinstance(obj, dict) and _is_wanted(obj)]
    step = f"see helm template {SETUP_CHART}, or check the tenants after the platform is there"
    problems = [
        Problem(f"chart {SETUP_CHART}", f"its rendering cannot be read: {problem.message}", "", step)
        for problem in read.problems
    ]
    return [_placed(obj, namespace) for obj in [*wanted, *server_configs]], problems


def _is_wanted(obj: dict[str, Any]) -> bool:
    kind, metadata = str(obj.get("kind")), obj.get("metadata")
    return isinstance(metadata, dict) and (kind in _CONFIGS or metadata.get("name") == _NAMED.get(kind, ""))


def _placed(obj: KubeObject, namespace: str) -> KubeObject:
    content: KubeObject = without_nulls(dict(obj))
    if obj["kind"] != CLUSTER_ROLE.kind:
        content["metadata"] = {**content["metadata"], "namespace": namespace}
    return content


def with_defaults(client: KubeClient, deployment: KubeObject) -> KubeObject:
    """The Deployment with the defaults that the API server adds, found by a dry-run under a name that nobody has.

    What is derived from a live Deployment carries them too. As it is where the server does not answer that.
    """
    metadata = {**deployment["metadata"], "name": _REHEARSAL}
    try:
        stored = client.apply(
            DEPLOYMENT, {**deployment, "metadata": metadata}, field_manager=FIELD_MANAGER, dry_run=True
        )
    except KubeError:
        return deployment
    return {**deployment, "spec": stored["spec"]}
