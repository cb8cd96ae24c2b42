# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What of a monitor a tenant is not trusted with, or would not work with Seldon's metrics."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ...diagnosis.quoting import quoted
from ...kube.objects import mapping, mappings
from .text import named

_FILES = ("caFile", "certFile", "keyFile")
_LOGINS = ("basicAuth", "authorization", "bearerTokenSecret", "oauth2")
_WRITES_ANY = ("labelmap", "labeldrop", "labelkeep")
_NAMESPACE = "namespace"


def dangers(spec: Mapping[str, Any], endpoints: Iterable[tuple[str, Mapping[str, Any]]], tenant: str) -> list[str]:
    """``endpoints``: each with its path."""
    return [
        *_reach(spec, tenant),
        *(line for place, endpoint in endpoints for line in _endpoint(place, endpoint)),
        *_whole(spec),
    ]


def _reach(spec: Mapping[str, Any], tenant: str) -> Iterator[str]:
    selector = mapping(spec.get("namespaceSelector"))
    if selector.get("any") is True:
        yield "namespaceSelector.any: it would scrape other tenants too"
    names = selector.get("matchNames")
    others = [quoted(name) for name in names if name != tenant] if isinstance(names, list) else []
    if others:
        yield f"namespaceSelector.matchNames: {named(others)} would be scraped, which is not this tenant"


def _endpoint(place: str, endpoint: Mapping[str, Any]) -> Iterator[str]:
    tls = mapping(endpoint.get("tlsConfig"))
    files = [f"tlsConfig.{name}" for name in _FILES if tls.get(name)] + (
        ["bearerTokenFile"] if endpoint.get("bearerTokenFile") else []
    )
    if files:
        yield f"{place}.{', '.join(files)}: makes Prometheus read files of its own pod, such as its token, and send what is in them to the team's pods"
    logins = [name for name in _LOGINS if endpoint.get(name)]
    if logins:
        yield f"{place}.{', '.join(logins)}: puts a Secret of the tenant into Prometheus' configuration; Seldon's metrics ask for no login"
    if endpoint.get("honorLabels") is True:
        yield f"{place}.honorLabels: samples could claim to be of another tenant's namespace"
    for key in ("relabelings", "metricRelabelings"):
        forged = [f"{key}[{number}]" for number, rule in enumerate(mappings(endpoint.get(key))) if _forges(rule)]
        if forged:
            yield f"{place}.{named(forged)}: can change the label {_NAMESPACE}, by which alerts and dashboards tell tenants apart"
    if tls.get("insecureSkipVerify") is True:
        yield f"{place}.tlsConfig.insecureSkipVerify: the certificate of the target is not verified"
    if endpoint.get("proxyUrl"):
        yield f"{place}.proxyUrl: sends what Prometheus asks through a host of the team's choice"
    if endpoint.get("scheme") not in (None, "http", "HTTP"):
        yield f"{place}.scheme {quoted(endpoint.get('scheme'))}: Seldon's metrics are plain HTTP, so nothing would answer"


def _forges(rule: Mapping[str, Any]) -> bool:
    """Whether a relabeling may write or remove the label; a target with a group of the pattern may be any."""
    action, target = str(rule.get("action") or "replace").lower(), str(rule.get("targetLabel") or "")
    return action in _WRITES_ANY or target == _NAMESPACE or "$" in target


def _whole(spec: Mapping[str, Any]) -> Iterator[str]:
    for key in ("targetLabels", "podTargetLabels"):
        value = spec.get(key)
        if isinstance(value, list) and _NAMESPACE in value:
            yield f"{key}: takes the label {_NAMESPACE} from labels that the team sets"
    if not spec.get("sampleLimit"):
        yield "no sampleLimit: one pod could fill Prometheus"
