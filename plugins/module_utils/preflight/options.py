# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Options that are wrong whatever the cluster says."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from ..kube.connection import ENVIRONMENT
from ..kube.known import SERVER_CONFIG
from ..kube.text import is_dns_label, is_dns_subdomain
from ..kube.types import KubeObject
from .network import network_options
from .problem import Problem
from .request import SUPPORTED, Request
from .scoping_guard import check_guard_options

_NOT_FOR_HELM = ("username", "client_cert", "client_key", "impersonate_user", "impersonate_groups")
_CHARTS_OWN = ("mlserver", "triton")
_WATCHES_OWN = (
    "with scoping dedicated every tenant has an operator of its own, and two operators on one namespace fight"
)


def check_options(request: Request) -> list[Problem]:
    """Problems of the options as given, in their order."""
    problems = []
    if not is_dns_label(request.namespace):
        expected = "at most 63 of the characters a-z, 0-9 and -"
        problems.append(
            Problem(
                request.option("namespace"), f"{request.namespace!r} is no namespace's name", expected, "correct it"
            )
        )
    problems += check_guard_options(request)
    if request.manage:
        problems += _check_version(request)
        problems += _check_watch_set(request)
    for place, config in enumerate(request.server_configs):
        problems += _check_server_config(place, config, request)
    return problems + _check_repeated(request) + network_options(request)[1]


def check_connection(request: Request, options: Mapping[str, Any], environ: Mapping[str, str]) -> list[Problem]:
    """Credentials that this collection can use and Helm would not: it would act as somebody else."""
    if not request.manage or environ.get("HELM_KUBEASUSER"):
        return []
    step = "put the credentials into a kubeconfig; to impersonate, set HELM_KUBEASUSER and HELM_KUBEASGROUPS as well"
    given = [name for name in _NOT_FOR_HELM if options.get(name) or environ.get(ENVIRONMENT[name])]
    return [Problem(f"option {name}", f"({ENVIRONMENT[name]}) does not reach Helm", "", step) for name in given]


def scoped(values: Mapping[str, Any]) -> dict[str, Any]:
    """The chart's values as they are used: the central operator watches its own namespace only."""
    controller = values.get("controller")
    return {**values, "controller": {**(controller if isinstance(controller, Mapping) else {}), "clusterwide": False}}


def _check_version(request: Request) -> list[Problem]:
    if request.version in SUPPORTED:
        return []
    step = f"set it to {get_close_matches(request.version, SUPPORTED, n=1, cutoff=0.0)[0]}"
    return [Problem(request.option("version"), f"{request.version} is not supported", " or ".join(SUPPORTED), step)]


def _check_watch_set(request: Request) -> list[Problem]:
    controller = request.values.get("controller")
    where = request.option("values.controller")
    if controller is None:
        return []
    if not isinstance(controller, Mapping):
        return [Problem(where, f"is a {type(controller).__name__}", "a mapping", "see the chart's values.yaml")]
    problems = []
    if controller.get("clusterwide") not in (None, False):
        what = f"is {controller['clusterwide']!r}: the central operator would watch tenants; {_WATCHES_OWN}"
        problems.append(Problem(f"{where}.clusterwide", what, "false", "remove it"))
    if controller.get("watchNamespaces"):
        what = f"is {controller['watchNamespaces']!r}: it widens the central operator's rights to the whole cluster; {_WATCHES_OWN}"
        step = "remove it, and give each of these namespaces its own operator as a tenant"
        problems.append(Problem(f"{where}.watchNamespaces", what, "nothing", step))
    return problems


def _check_server_config(place: int, config: KubeObject, request: Request) -> list[Problem]:
    where = request.option(f"server_configs[{place}]")
    metadata = config.get("metadata")
    name = metadata.get("name") if isinstance(metadata, Mapping) else None
    problems = []
    said = f"{config.get('apiVersion')} {config.get('kind')}"
    wanted = f"{SERVER_CONFIG.api_version} {SERVER_CONFIG.kind}"
    if said != wanted:
        problems.append(Problem(where, f"is {said}", wanted, "give whole objects with apiVersion and kind"))
    if not isinstance(metadata, Mapping) or not isinstance(name, str) or not is_dns_subdomain(name):
        return [
            *problems,
            Problem(f"{where}.metadata.name", f"is {name!r}", "an object's name", "name the ServerConfig"),
        ]
    if metadata.get("namespace", request.namespace) != request.namespace:
        what = f"is {metadata['namespace']!r}"
        problems.append(Problem(f"{where}.metadata.namespace", what, request.namespace, "leave it out"))
    if request.manage and name in _CHARTS_OWN:
        what = f"is {name!r}, which the setup chart makes itself"
        step = f"choose another name, or change the chart's by {request.option('values')}.serverConfig.{name}"
        problems.append(Problem(f"{where}.metadata.name", what, "a name of its own", step))
    return problems


def _check_repeated(request: Request) -> list[Problem]:
    names = [(config.get("metadata") or {}).get("name") for config in request.server_configs]
    repeated = sorted({str(name) for name in names if name is not None and names.count(name) > 1})
    where = request.option("server_configs")
    return [Problem(where, f"{name!r} is given twice", "each name once", "remove one") for name in repeated]
