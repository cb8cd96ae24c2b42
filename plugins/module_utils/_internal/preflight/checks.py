# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Runs all checks and reports all problems at once."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ..diagnosis.diagnostic import Diagnostic
from ..diagnosis.render import as_line
from ..diagnosis.subject import Subject
from ..kube.client import KubeClient
from ..kube.connection import connect
from ..kube.errors import KubeError
from ..kube.invocation import Invocation
from ..kube.objects import of
from ..kube.permissions import Need
from ..kube.resources import CONFIG_MAP, DEPLOYMENT
from ..kube.types import KubeObject
from ..seldon.charts import CRDS_CHART, SETUP_CHART
from ..tenant_drain.deletion_guard import deletion_guard
from .charts import ChartReference, chart_references, check_source
from .cluster import Cluster, read_cluster
from .environment import shared_connection
from .expectation import expected_objects, with_defaults
from .helm import check_helm, check_programs, check_remote_chart, render_chart
from .network import check_network, network_policies
from .offered import needs_of_offered, offered
from .options import check_connection, check_options, scoped
from .permissions import check_permissions, needs_of_crds, needs_of_namespace, needs_of_network, needs_of_setup
from .platform import check_cluster, is_available, unprotected
from .releases import INTERRUPTION, Release, State, judge_release
from .report import report
from .request import Request
from .scoping_guard import guard_objects, left_out, needs_of_scoping_guard

_POLL = 2.0
_KEYS = {CRDS_CHART: "crds", SETUP_CHART: "setup"}


@dataclass(frozen=True)
class _Findings:
    """Facts for the result, and problems."""

    facts: Mapping[str, Any]
    problems: Sequence[Diagnostic]


def preflight(request: Request, params: Mapping[str, Any], invocation: Invocation) -> dict[str, Any]:
    """The result of the module; ``failed`` is set when there is a problem. ``params`` are its options, of which the
    connection and ``problems`` are used. Raises KubeError.
    """
    environ = invocation.environ
    wrong = [*check_options(request), *check_connection(request, params, environ)]
    charts = chart_references(request.chart_source, request.version) if request.manage else {}
    client: KubeClient | None = None
    with ThreadPoolExecutor(max_workers=8) as executor:
        local = executor.submit(_check_machine, request, charts, environ)
        try:
            client = connect(params, environ)
            progress = None if invocation.check_mode else invocation.progress
            cluster = _check_cluster(client, request, executor, progress)
        except KubeError as error:
            cluster = _Findings({}, [Diagnostic(Subject(name="cluster"), str(error))])
        machine = local.result()
    problems = [*params["problems"], *map(as_line, [*wrong, *machine.problems, *cluster.problems])]
    facts = {**machine.facts, **cluster.facts}
    if not problems:
        problems = [as_line(problem) for problem in _check_remote_charts(facts, request, charts, environ)]
    rendered, refused = "", list[Diagnostic]()
    if not problems and charts and facts["releases"][_KEYS[SETUP_CHART]]["state"] != State.CURRENT.value:
        setup, kubernetes = charts[SETUP_CHART], facts["server_version"]
        rendered, refused = render_chart(facts["helm_binary"], request, setup, environ, kubernetes)
    objects: list[KubeObject] = []
    if not problems:
        objects, unreadable = expected_objects(rendered, request.server_configs, request.namespace)
        problems = [*map(as_line, [*refused, *unreadable])]
    if problems or client is None:
        return {"changed": False, "failed": True, "problems": problems, "msg": report(problems)}
    return {
        "changed": False,
        **facts,
        "expected": _expected(client, request, objects, facts),
        "connection": shared_connection(params, environ, invocation.directory),
    }


def _expected(
    client: KubeClient, request: Request, objects: list[KubeObject], facts: Mapping[str, Any]
) -> dict[str, Any]:
    """The platform that the run will reconcile, and those of its objects by which tenants are checked."""
    # Tenants are checked against the guard's configuration.
    objects = [*objects, *of(CONFIG_MAP, facts["scoping_guard"])]
    if facts["namespace_exists"]:
        objects = [with_defaults(client, obj) if obj["kind"] == DEPLOYMENT.kind else obj for obj in objects]
    kinds = request.manage and facts["releases"][_KEYS[CRDS_CHART]]["state"] != State.CURRENT.value
    return {"server": client.server, "namespace": request.namespace, "objects": objects, "kinds": kinds}


def _check_machine(request: Request, charts: Mapping[str, ChartReference], environ: Mapping[str, str]) -> _Findings:
    problems = check_programs(request.programs, environ)
    if not request.manage:
        return _Findings({}, problems)
    path, release, wrong = check_helm(request, environ)
    problems += wrong + check_source(request, charts)
    references = {
        _KEYS[chart.name]: {"reference": chart.reference, "repository": chart.repository, "version": chart.version}
        for chart in charts.values()
    }
    return _Findings({"helm_binary": path, "helm_version": release, "charts": references}, problems)


def _check_cluster(
    client: KubeClient, request: Request, executor: Executor, progress: Callable[[str], None] | None
) -> _Findings:
    """Without ``progress`` there is no wait for a running Helm. Raises KubeError where the cluster does not answer."""
    cluster, releases = _settled(client, request, executor, progress)
    served = _has_policies(cluster)
    guard = guard_objects(request, served)
    deletion = deletion_guard() if request.deletion_guard and served else []
    problems = check_cluster(cluster, request, releases)
    problems += check_permissions(client, _needs(cluster, releases, request, guard, deletion), executor)
    policies = [] if problems else network_policies(client, request)
    problems += check_network(policies, request)
    facts = {
        "server_version": cluster.server_version,
        "namespace_exists": cluster.namespace is not None,
        "operator_available": is_available(cluster.operator),
        "unprotected_crds": unprotected(cluster),
        "network_policies": policies,
        "admission_policies": served,
        "scoping_guard": guard,
        "deletion_guard": deletion,
        "warnings": left_out(request, served),
        "releases": {_KEYS[name]: _as_data(release) for name, release in releases.items()},
    }
    return _Findings(facts, problems)


def _settled(
    client: KubeClient, request: Request, executor: Executor, progress: Callable[[str], None] | None
) -> tuple[Cluster, dict[str, Release]]:
    """(cluster, releases), read when Helm no longer works on a release, or the record of its work is too old."""
    deadline = time.monotonic() + INTERRUPTION
    announced = False
    while True:
        cluster = read_cluster(client, request.namespace, executor)
        releases = _judge(cluster, request) if request.manage else {}
        busy = [release.name for release in releases.values() if release.state is State.UNFINISHED]
        if not busy or progress is None or time.monotonic() > deadline:
            return cluster, releases
        if not announced:
            progress(f"waiting up to {INTERRUPTION:.0f} s: Helm is working on {', '.join(busy)}, or was killed")
            announced = True
        time.sleep(_POLL)


def _judge(cluster: Cluster, request: Request) -> dict[str, Release]:
    now = datetime.now(UTC)
    values: dict[str, Mapping[str, Any]] = {CRDS_CHART: {}, SETUP_CHART: scoped(request.values)}
    return {
        name: judge_release(name, cluster.releases, request.version, wanted, now) for name, wanted in values.items()
    }


def _needs(
    cluster: Cluster,
    releases: Mapping[str, Release],
    request: Request,
    guard: list[KubeObject],
    deletion: list[KubeObject],
) -> list[Need]:
    """The permissions to write the changes; none for a platform without changes. ``guard`` are the scoping guard's objects,
    ``deletion`` the deletion guard's: this collection applies them also where it does not manage the platform.
    """
    served = _has_policies(cluster)
    needs = needs_of_scoping_guard(guard, cluster.guard, served, request.namespace)
    needs += needs_of_offered(offered(request, [*guard, *deletion], served), cluster.offered)
    if request.network_policies:
        needs += needs_of_network(request.namespace, not request.network.apiserver_cidrs)
    if not request.manage:
        return needs
    if cluster.namespace is None:
        needs += needs_of_namespace()
    if releases[CRDS_CHART].state is not State.CURRENT or unprotected(cluster):
        needs += needs_of_crds(request.namespace)
    if releases[SETUP_CHART].state is not State.CURRENT:
        needs += needs_of_setup(request.namespace)
    return needs


def _has_policies(cluster: Cluster) -> bool:
    """Whether the cluster has ValidatingAdmissionPolicies, which are in Kubernetes since 1.30."""
    return cluster.discovery.find("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicy") is not None


def _check_remote_charts(
    facts: Mapping[str, Any], request: Request, charts: Mapping[str, ChartReference], environ: Mapping[str, str]
) -> list[Diagnostic]:
    """Problems of the charts that will be deployed. Checked last, because it needs the network."""
    wanted = [
        chart
        for chart in charts.values()
        if not chart.is_local and facts["releases"][_KEYS[chart.name]]["state"] != State.CURRENT.value
    ]
    with ThreadPoolExecutor(max_workers=2) as executor:
        checked = executor.map(lambda chart: check_remote_chart(facts["helm_binary"], request, chart, environ), wanted)
        return [problem for problems in checked for problem in problems]


def _as_data(release: Release) -> dict[str, Any]:
    return {
        "name": release.name,
        "state": release.state.value,
        "version": release.version,
        "redeploy": release.redeploy,
        "leftovers": [
            {"secret": record.secret, "uid": record.uid, "status": record.status} for record in release.leftovers
        ],
    }
