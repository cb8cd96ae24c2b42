# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The platform after the run, for tenants that are checked before it is installed or changed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..diagnosis.diagnostic import Diagnostic
from ..diagnosis.subject import Subject
from ..kube.client import KubeClient
from ..kube.errors import KubeError
from ..kube.json_values import without_nulls
from ..kube.resources import CLUSTER_ROLE, DEPLOYMENT, ROLE, SELDON_CONFIG, SERVER_CONFIG
from ..kube.types import KubeObject
from ..manifests.source import read_text
from ..manifests.tree import objects_of, to_data
from ..ownership.labels import FIELD_MANAGER
from ..seldon.charts import SETUP_CHART
from ..seldon.operator_names import MANAGER_DEPLOYMENT, MANAGER_ROLE

_NAMED = {DEPLOYMENT.kind: MANAGER_DEPLOYMENT, ROLE.kind: MANAGER_ROLE, CLUSTER_ROLE.kind: MANAGER_ROLE}
_CONFIGS = (SELDON_CONFIG.kind, SERVER_CONFIG.kind)
_REHEARSAL = "rehearsal-of-the-central-operator"


def expected_objects(
    rendered: str, server_configs: Iterable[KubeObject], namespace: str
) -> tuple[list[KubeObject], list[Diagnostic]]:
    """(objects, problems): the objects from which tenants are derived, which are the central Deployment and its role,
    SeldonConfigs and ServerConfigs, without nulls.

    ``rendered`` is the setup chart's text as Helm renders it; empty where the deployed chart does not change. There are
    problems where Helm accepts the rendering and this collection cannot read it.
    """
    read = read_text(rendered.encode(), "chart")
    objects = [to_data(node) for document in read.documents for node in objects_of(document.root)]
    wanted = [obj for obj in objects if isinstance(obj, dict) and _is_wanted(obj)]
    step = f"see helm template {SETUP_CHART}, or check the tenants after the platform is installed"
    problems = [
        Diagnostic(
            Subject("chart", SETUP_CHART), f"its rendering cannot be read: {problem.message}", next_steps=(step,)
        )
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
    """The Deployment with the defaults of the API server, by a dry-run under an unused name.

    Objects that are derived from a live Deployment have these defaults too. Unchanged where the dry-run fails.
    """
    metadata = {**deployment["metadata"], "name": _REHEARSAL}
    try:
        stored = client.apply(
            DEPLOYMENT, {**deployment, "metadata": metadata}, field_manager=FIELD_MANAGER, dry_run=True
        )
    except KubeError:
        return deployment
    return {**deployment, "spec": stored["spec"]}
