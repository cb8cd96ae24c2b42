# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the plan for a tenant is made from: objects as the API server returned them, each kind read once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..kube.known import SELDON_GROUP
from ..kube.types import KubeObject
from .operator import CENTRAL

STOCK_SERVER_CONFIGS = ("mlserver", "triton")
"""What the chart installs in the platform namespace."""


@dataclass(frozen=True)
class PlatformSnapshot:
    """The platform namespace.

    ``central`` is the central operator's Deployment, None when there is none. ``manager_rules`` are the rules of its Role or ClusterRole.
    ``predicted`` tells that the platform is not there yet: names and kinds are those to come, contents are not.
    """

    namespace: str
    central: KubeObject | None
    manager_rules: Sequence[KubeObject] = ()
    seldon_configs: Sequence[KubeObject] = ()
    server_configs: Sequence[KubeObject] = ()
    predicted: bool = False


@dataclass(frozen=True)
class TenantSnapshot:
    """The tenant's namespace as it is; everything is empty before the first run."""

    namespace: KubeObject | None = None
    seldon_configs: Sequence[KubeObject] = ()
    server_configs: Sequence[KubeObject] = ()
    seldon_runtimes: Sequence[KubeObject] = ()
    servers: Sequence[KubeObject] = ()
    pipelines: Sequence[KubeObject] = ()
    rclone_secret: KubeObject | None = None
    default_account: KubeObject | None = None


def predicted_platform(
    namespace: str, image: str = "seldonv2-controller", server_configs: Sequence[str] = STOCK_SERVER_CONFIGS
) -> PlatformSnapshot:
    """The platform that a first run is going to install, for a plan of the same objects (``--check`` on an empty cluster).

    ``server_configs`` name all ServerConfigs that the platform will have, the chart's and its own.
    """
    labels = {"control-plane": "v2-controller-manager"}
    container = {"name": "manager", "image": image, "command": ["/manager"], "args": [f"--namespace={namespace}", "--clusterwide=false"]}
    central = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": CENTRAL, "namespace": namespace, "labels": labels},
        "spec": {"selector": {"matchLabels": labels}, "template": {"metadata": {"labels": labels}, "spec": {"containers": [container]}}},
    }
    return PlatformSnapshot(
        namespace=namespace,
        central=central,
        seldon_configs=(_seldon_object("SeldonConfig", "default", namespace, {"components": []}),),
        server_configs=tuple(
            _seldon_object("ServerConfig", name, namespace, {"podSpec": {"containers": []}, "volumeClaimTemplates": []})
            for name in server_configs
        ),
        predicted=True,
    )


def _seldon_object(kind: str, name: str, namespace: str, spec: KubeObject) -> KubeObject:
    return {"apiVersion": f"{SELDON_GROUP}/v1alpha1", "kind": kind, "metadata": {"name": name, "namespace": namespace}, "spec": spec}
