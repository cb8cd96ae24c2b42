# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The module ``preflight``: every check, and every problem at once."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ..kube.client import KubeClient
from ..kube.connection import connect, require_libraries
from ..kube.errors import KubeError
from ..kube.known import CONFIG_MAP, DEPLOYMENT
from ..kube.objects import of
from ..kube.process import ENVIRON
from ..kube.rights import Need
from ..kube.types import KubeObject
from .charts import ChartReference, chart_references, check_source
from .cluster import Cluster, read_cluster
from .environment import with_absolute_kubeconfig
from .expectation import expected_objects, with_defaults
from .helm import check_helm, check_programs, check_remote_chart, render_chart
from .network import check_network, network_policies
from .offered import needs_of_offered, offered
from .options import check_connection, check_options, scoped
from .platform import check_cluster, is_available, unprotected
from .problem import Problem, report
from .releases import INTERRUPTION, Release, State, judge_release
from .request import CRDS_CHART, SETUP_CHART, Request, parse_request
from .rights import check_rights, needs_of_crds, needs_of_namespace, needs_of_network, needs_of_setup
from .scoping_guard import guard_objects, left_out, needs_of_scoping_guard

_POLL = 2.0
_KEYS = {CRDS_CHART: "crds", SETUP_CHART: "setup"}


@dataclass(frozen=True)
class _Found:
    """What the checks learned: facts for the result, and problems."""

    facts: Mapping[str, Any]
    problems: Sequence[Problem]


def run_preflight(
    params: Mapping[str, Any],
    environ: Mapping[str, str] = ENVIRON,
    *,
    check_mode: bool = False,
    progress: Callable[[str], None] = lambda _text: None,
) -> dict[str, Any]:
    """The module's result for its options; ``failed`` is set when there is a problem."""
    require_libraries()
    request = parse_request(params)
    wrong = [*check_options(request), *check_connection(request, params, environ)]
    charts = chart_references(request.chart_source, request.version) if request.manage else {}
    with ThreadPoolExecutor(max_workers=8) as executor:
        local = executor.submit(_check_machine, request, charts, environ)
        cluster = _check_cluster(request, params, environ, executor, None if check_mode else progress)
        machine = local.result()
    problems = [*params["problems"], *map(str, [*wrong, *machine.problems, *cluster.problems])]
    facts = {**machine.facts, **cluster.facts}
    if not problems:
        problems = [str(problem) for problem in _check_remote_charts(facts, request, charts, environ)]
    rendered, refused = "", list[Problem]()
    if not problems and charts and facts["releases"][_KEYS[SETUP_CHART]]["state"] != State.CURRENT.value:
        setup, kubernetes = charts[SETUP_CHART], facts["server_version"]
        rendered, refused = render_chart(facts["helm_binary"], request, setup, environ, kubernetes)
    objects: list[KubeObject] = []
    if not problems:
        objects, unreadable = expected_objects(rendered, request.server_configs, request.namespace)
        problems = [*map(str, [*refused, *unreadable])]
    if problems:
        return {"changed": False, "failed": True, "problems": problems, "msg": report(problems)}
    expected = _expected(connect(params, environ), request, objects, facts)
    return {
        "changed": False,
        **facts,
        "expected": expected,
        "environment": with_absolute_kubeconfig(environ, os.getcwd()),
    }


def _expected(
    client: KubeClient, request: Request, objects: list[KubeObject], facts: Mapping[str, Any]
) -> dict[str, Any]:
    """What the platform is going to hold that it may not hold yet, and which platform that is."""
    # Tenants are checked by the guard's configuration.
    objects = [*objects, *of(CONFIG_MAP, facts["scoping_guard"])]
    if facts["namespace_exists"]:
        objects = [with_defaults(client, obj) if obj["kind"] == DEPLOYMENT.kind else obj for obj in objects]
    kinds = request.manage and facts["releases"][_KEYS[CRDS_CHART]]["state"] != State.CURRENT.value
    return {"server": client.server, "namespace": request.namespace, "objects": objects, "kinds": kinds}


def _check_machine(request: Request, charts: Mapping[str, ChartReference], environ: Mapping[str, str]) -> _Found:
    problems = check_programs(request.programs, environ)
    if not request.manage:
        return _Found({}, problems)
    path, release, wrong = check_helm(request, environ)
    problems += wrong + check_source(request, charts)
    references = {
        _KEYS[chart.name]: {"reference": chart.reference, "repository": chart.repository, "version": chart.version}
        for chart in charts.values()
    }
    return _Found({"helm_binary": path, "helm_version": release, "charts": references}, problems)


def _check_cluster(
    request: Request,
    params: Mapping[str, Any],
    environ: Mapping[str, str],
    executor: Executor,
    progress: Callable[[str], None] | None,
) -> _Found:
    """``progress`` None: do not wait for a Helm at work. A cluster that does not answer is one problem."""
    try:
        client = connect(params, environ)
        cluster, releases = _settled(client, request, executor, progress)
        problems = check_cluster(cluster, request, releases)
        problems += check_rights(client, _needs(cluster, releases, request), executor)
        policies = [] if problems else network_policies(client, request)
        problems += check_network(policies, request)
    except KubeError as error:
        return _Found({}, [Problem("cluster", str(error), "", "")])
    facts = {
        "server_version": cluster.server_version,
        "namespace_exists": cluster.namespace is not None,
        "operator_available": is_available(cluster.operator),
        "unprotected_crds": unprotected(cluster),
        "network_policies": policies,
        "admission_policies": _has_policies(cluster),
        "scoping_guard": guard_objects(request, _has_policies(cluster)),
        "warnings": left_out(request, _has_policies(cluster)),
        "releases": {_KEYS[name]: _as_data(release) for name, release in releases.items()},
    }
    return _Found(facts, problems)


def _settled(
    client: KubeClient, request: Request, executor: Executor, progress: Callable[[str], None] | None
) -> tuple[Cluster, dict[str, Release]]:
    """The cluster when no Helm is at work on the two releases any more, or its record is too old for that."""
    deadline = time.monotonic() + INTERRUPTION
    announced = False
    while True:
        cluster = read_cluster(client, request.namespace, executor)
        releases = _judge(cluster, request) if request.manage else {}
        busy = [release.name for release in releases.values() if release.state is State.UNFINISHED]
        if not busy or progress is None or time.monotonic() > deadline:
            return cluster, releases
        if not announced:
            progress(f"waiting up to {INTERRUPTION:.0f} s: Helm is at work on {', '.join(busy)}, or was killed")
            announced = True
        time.sleep(_POLL)


def _judge(cluster: Cluster, request: Request) -> dict[str, Release]:
    now = datetime.now(UTC)
    values: dict[str, Mapping[str, Any]] = {CRDS_CHART: {}, SETUP_CHART: scoped(request.values)}
    return {
        name: judge_release(name, cluster.releases, request.version, wanted, now) for name, wanted in values.items()
    }


def _needs(cluster: Cluster, releases: Mapping[str, Release], request: Request) -> list[Need]:
    """Rights to what has to be written; none for a platform that is as wanted. The guard is ours, whoever manages the platform."""
    served = _has_policies(cluster)
    guard = guard_objects(request, served)
    needs = needs_of_scoping_guard(guard, cluster.guard, served, request.namespace)
    needs += needs_of_offered(offered(request, guard, served), cluster.offered)
    if request.network_policies:
        needs += needs_of_network(request.namespace, not request.network.get("apiserver_cidrs"))
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
    """Since Kubernetes 1.30."""
    return cluster.discovery.find("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicy") is not None


def _check_remote_charts(
    facts: Mapping[str, Any], request: Request, charts: Mapping[str, ChartReference], environ: Mapping[str, str]
) -> list[Problem]:
    """Asked last and only where a chart is about to be deployed: it takes the network."""
    wanted = [
        chart
        for chart in charts.values()
        if not chart.is_local and facts["releases"][_KEYS[chart.name]]["state"] != State.CURRENT.value
    ]
    with ThreadPoolExecutor(max_workers=2) as executor:
        found = executor.map(lambda chart: check_remote_chart(facts["helm_binary"], request, chart, environ), wanted)
        return [problem for problems in found for problem in problems]


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
