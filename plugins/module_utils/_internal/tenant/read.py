# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reads what a tenant's plan is made from: one request per kind and namespace, all at the same time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor

from ..isolation.guard.configuration import CONFIGURATION
from ..kube import resources as known
from ..kube.apiserver_slices import apiserver_slices
from ..kube.client import KubeClient
from ..kube.errors import AccessDenied, NotFound
from ..kube.objects import of
from ..kube.resource import Resource
from ..kube.types import KubeObject
from ..seldon.agent_contract import RCLONE_SECRET
from ..seldon.operator_names import MANAGER_DEPLOYMENT, MANAGER_ROLE
from .access.team_rbac import DEFAULT_ACCOUNT
from .operator.control_plane_tls import control_plane_secrets
from .snapshot import PlatformSnapshot, TenantSnapshot


def read_snapshots(
    client: KubeClient, tenant: str, platform: str, coming: Iterable[KubeObject] = (), *, apiserver: bool = False
) -> tuple[PlatformSnapshot, TenantSnapshot]:
    """Both namespaces as they are. Objects that do not exist are empty; a refused read raises KubeError.

    ``coming``: what the platform is going to hold. Its operator tells which Secrets are looked for.
    ``apiserver``: whether it matters where the API server is.
    """
    with ThreadPoolExecutor(max_workers=8) as executor:

        def one(resource: Resource, namespace: str | None, name: str) -> Callable[[], KubeObject | None]:
            return executor.submit(_get, client, resource, namespace, name).result

        def many(resource: Resource, namespace: str) -> Callable[[], list[KubeObject]]:
            return executor.submit(_list, client, resource, namespace).result

        central = one(known.DEPLOYMENT, platform, MANAGER_DEPLOYMENT)
        role = one(known.ROLE, platform, MANAGER_ROLE)
        cluster_role = one(known.CLUSTER_ROLE, None, MANAGER_ROLE)
        seldon_configs = many(known.SELDON_CONFIG, platform)
        server_configs = many(known.SERVER_CONFIG, platform)
        namespace = one(known.NAMESPACE, None, tenant)
        own_seldon_configs = many(known.SELDON_CONFIG, tenant)
        own_server_configs = many(known.SERVER_CONFIG, tenant)
        runtimes = many(known.SELDON_RUNTIME, tenant)
        servers = many(known.SERVER, tenant)
        pipelines = many(known.PIPELINE, tenant)
        models = many(known.MODEL, tenant)
        experiments = many(known.EXPERIMENT, tenant)
        secret = one(known.SECRET, tenant, RCLONE_SECRET)
        account = one(known.SERVICE_ACCOUNT, tenant, DEFAULT_ACCOUNT)
        slices = executor.submit(_apiserver, client) if apiserver else None
        policies = many(known.NETWORK_POLICY, tenant)
        stateful_sets = many(known.STATEFUL_SET, tenant)
        guard = one(known.CONFIG_MAP, platform, CONFIGURATION)
        version = executor.submit(client.server_version)
        rules = (role() or cluster_role() or {}).get("rules") or []
        operator = central()
        tls = {
            name: one(known.SECRET, tenant, name)
            for name in control_plane_secrets(next(iter(of(known.DEPLOYMENT, coming)), operator))
        }
        return (
            PlatformSnapshot(
                platform,
                operator,
                rules,
                seldon_configs(),
                server_configs(),
                slices.result() if slices else (),
                guard(),
                version.result(),
            ),
            TenantSnapshot(
                namespace(),
                own_seldon_configs(),
                own_server_configs(),
                runtimes(),
                servers(),
                pipelines(),
                secret(),
                account(),
                {name for name, found in tls.items() if found()},
                models(),
                policies(),
                stateful_sets(),
                experiments(),
            ),
        )


def _apiserver(client: KubeClient) -> list[KubeObject]:
    try:
        return apiserver_slices(client)
    except AccessDenied as error:
        raise AccessDenied(
            f"{error.message}, which has the addresses of the API server; without it, set tenant_namespace_network.apiserver_cidrs"
        ) from None


def _get(client: KubeClient, resource: Resource, namespace: str | None, name: str) -> KubeObject | None:
    try:
        return client.get(resource, namespace, name)
    except NotFound:
        return None


def _list(client: KubeClient, resource: Resource, namespace: str) -> list[KubeObject]:
    try:
        return client.list(resource, namespace)
    except NotFound:  # the kind is not served
        return []
