# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the plan for a tenant is made from: objects as the API server returned them, each kind read once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from ..kube.types import KubeObject


@dataclass(frozen=True)
class PlatformSnapshot:
    """The platform namespace.

    ``central`` is the central operator's Deployment, None when there is none. ``manager_rules`` are the rules of its
    Role or ClusterRole. ``apiserver`` are the EndpointSlices of the Service ``default/kubernetes``. ``scoping_guard``
    is the guard's ConfigMap, None where the guard is off. ``kubernetes`` is the API server's version, such as
    ``v1.34.2``. ``elsewhere`` are the namespaces of the platforms that this run deploys to the same cluster, if ``namespace``
    is none of them.
    """

    namespace: str
    central: KubeObject | None
    manager_rules: Sequence[KubeObject] = ()
    seldon_configs: Sequence[KubeObject] = ()
    server_configs: Sequence[KubeObject] = ()
    apiserver: Sequence[KubeObject] = ()
    scoping_guard: KubeObject | None = None
    kubernetes: str = ""
    elsewhere: Sequence[str] = ()


@dataclass(frozen=True)
class TenantSnapshot:
    """The tenant's namespace as it is; everything is empty before the first run.

    ``control_plane_secrets`` are the names of those that exist of the Secrets that a TLS control plane needs.
    """

    namespace: KubeObject | None = None
    seldon_configs: Sequence[KubeObject] = ()
    server_configs: Sequence[KubeObject] = ()
    seldon_runtimes: Sequence[KubeObject] = ()
    servers: Sequence[KubeObject] = ()
    pipelines: Sequence[KubeObject] = ()
    rclone_secret: KubeObject | None = None
    default_account: KubeObject | None = None
    control_plane_secrets: Collection[str] = ()
    models: Sequence[KubeObject] = ()
    network_policies: Sequence[KubeObject] = ()
    stateful_sets: Sequence[KubeObject] = ()
    experiments: Sequence[KubeObject] = ()
