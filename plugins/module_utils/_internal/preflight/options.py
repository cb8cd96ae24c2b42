# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Problems of options that can be found without the cluster."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from ..diagnosis.diagnostic import Diagnostic
from ..diagnosis.subject import Subject, option
from ..kube.connection_options import ENVIRONMENT
from ..kube.names import is_dns_label, is_dns_subdomain
from ..kube.resources import SERVER_CONFIG
from ..kube.types import KubeObject
from .request import SUPPORTED, Request

_NOT_FOR_HELM = ("username", "client_cert", "client_key", "impersonate_user", "impersonate_groups")
_CHARTS_OWN = ("mlserver", "triton")
_WATCHES_OWN = (
    "with scoping dedicated every tenant has its own operator, and two operators would overwrite each other's changes"
)


def check_options(request: Request) -> list[Diagnostic]:
    """The problems of the options, in their order."""
    problems = []
    if not is_dns_label(request.namespace):
        expected = "at most 63 of the characters a-z, 0-9 and -"
        problems.append(
            Diagnostic(
                option(request.option("namespace")),
                f"{request.namespace!r} is not a namespace's name",
                expected=expected,
                next_steps=("correct it",),
            )
        )
    problems += request.guard_problems
    if request.manage:
        problems += _check_version(request)
        problems += _check_watch_set(request)
    for place, config in enumerate(request.server_configs):
        problems += _check_server_config(place, config, request)
    return [*problems, *_check_repeated(request), *request.network_problems]


def check_connection(request: Request, options: Mapping[str, Any], environ: Mapping[str, str]) -> list[Diagnostic]:
    """Refuses credentials that Helm does not use, because it would act as another user, and a proxy that it does not use."""
    if not request.manage:
        return []
    if environ.get("HELM_KUBEASUSER"):
        return _check_proxy(options, environ)
    step = "put the credentials into a kubeconfig; to impersonate, set HELM_KUBEASUSER and HELM_KUBEASGROUPS as well"
    given = [name for name in _NOT_FOR_HELM if options.get(name) or environ.get(ENVIRONMENT[name])]
    return [
        Diagnostic(Subject("option", name), f"({ENVIRONMENT[name]}) is not passed to Helm", next_steps=(step,))
        for name in given
    ] + _check_proxy(options, environ)


def _check_proxy(options: Mapping[str, Any], environ: Mapping[str, str]) -> list[Diagnostic]:
    name, variables = "proxy", ("HTTPS_PROXY", "https_proxy")
    if not (options.get(name) or environ.get(ENVIRONMENT[name])) or any(
        environ.get(variable) for variable in variables
    ):
        return []
    step = "set HTTPS_PROXY to the same URL, and NO_PROXY to the hosts that are reached without it"
    message = f"({ENVIRONMENT[name]}) is not passed to Helm"
    return [Diagnostic(Subject("option", name), message, next_steps=(step,))]


def scoped(values: Mapping[str, Any]) -> dict[str, Any]:
    """The chart's values with which it is deployed: the central operator watches only its own namespace."""
    controller = values.get("controller")
    return {**values, "controller": {**(controller if isinstance(controller, Mapping) else {}), "clusterwide": False}}


def _check_version(request: Request) -> list[Diagnostic]:
    if request.version in SUPPORTED:
        return []
    step = f"set it to {get_close_matches(request.version, SUPPORTED, n=1, cutoff=0.0)[0]}"
    where, message = option(request.option("version")), f"{request.version} is not supported"
    return [Diagnostic(where, message, expected=" or ".join(SUPPORTED), next_steps=(step,))]


def _check_watch_set(request: Request) -> list[Diagnostic]:
    controller = request.values.get("controller")
    where = request.option("values.controller")
    if controller is None:
        return []
    if not isinstance(controller, Mapping):
        message, step = f"is a {type(controller).__name__}", "see the chart's values.yaml"
        return [Diagnostic(option(where), message, expected="a mapping", next_steps=(step,))]
    problems = []
    if controller.get("clusterwide") not in (None, False):
        what = f"is {controller['clusterwide']!r}: the central operator would watch tenants; {_WATCHES_OWN}"
        problems.append(Diagnostic(option(f"{where}.clusterwide"), what, expected="false", next_steps=("remove it",)))
    if controller.get("watchNamespaces"):
        what = f"is {controller['watchNamespaces']!r}: it extends the central operator's permissions to the whole cluster; {_WATCHES_OWN}"
        step = "remove it, and give each of these namespaces its own operator as a tenant"
        problems.append(Diagnostic(option(f"{where}.watchNamespaces"), what, expected="nothing", next_steps=(step,)))
    return problems


def _check_server_config(place: int, config: KubeObject, request: Request) -> list[Diagnostic]:
    where = request.option(f"server_configs[{place}]")
    named = option(f"{where}.metadata.name")
    metadata = config.get("metadata")
    name = metadata.get("name") if isinstance(metadata, Mapping) else None
    problems = []
    actual = f"{config.get('apiVersion')} {config.get('kind')}"
    wanted = f"{SERVER_CONFIG.api_version} {SERVER_CONFIG.kind}"
    if actual != wanted:
        step = "give whole objects with apiVersion and kind"
        problems.append(Diagnostic(option(where), f"is {actual}", expected=wanted, next_steps=(step,)))
    if not isinstance(metadata, Mapping) or not isinstance(name, str) or not is_dns_subdomain(name):
        step = "name the ServerConfig"
        problems.append(Diagnostic(named, f"is {name!r}", expected="an object's name", next_steps=(step,)))
        return problems
    if metadata.get("namespace", request.namespace) != request.namespace:
        what = f"is {metadata['namespace']!r}"
        namespaced = option(f"{where}.metadata.namespace")
        problems.append(Diagnostic(namespaced, what, expected=request.namespace, next_steps=("leave it out",)))
    if request.manage and name in _CHARTS_OWN:
        what = f"is {name!r}, which the setup chart creates itself"
        step = f"choose another name, or change the chart's by {request.option('values')}.serverConfig.{name}"
        problems.append(Diagnostic(named, what, expected="a name of its own", next_steps=(step,)))
    return problems


def _check_repeated(request: Request) -> list[Diagnostic]:
    names = [(config.get("metadata") or {}).get("name") for config in request.server_configs]
    repeated = sorted({str(name) for name in names if name is not None and names.count(name) > 1})
    where = option(request.option("server_configs"))
    return [
        Diagnostic(where, f"{name!r} is given twice", expected="each name once", next_steps=("remove one",))
        for name in repeated
    ]
