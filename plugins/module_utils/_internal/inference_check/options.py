# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reads the options of the module ``inference_check``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any
from urllib.parse import SplitResult, urlsplit

from ..kube.errors import Invalid
from ..kube.names import is_dns_label, is_dns_subdomain
from .expectation import Expectation, read_expectation
from .split import Precision
from .target import Kind, Target
from .tensor import is_whole

MOST_REQUESTS = 10_000
MOST_CONNECTIONS = 32
OWN_HEADERS = (
    "seldon-model",
    "seldon-internal-model",
    "x-seldon-route",
    "content-type",
    "content-length",
    "transfer-encoding",
    "accept",
    "host",
    "connection",
)


class Via(str, Enum):
    """How the mesh is reached."""

    PORT_FORWARD = "port_forward"
    PROXY = "proxy"
    URL = "url"


class FailOn(str, Enum):
    """The mildest verdict with which the task fails; each value includes those before it."""

    NOTHING = "nothing"
    FAILED = "failed"
    DEVIATES = "deviates"
    TOO_FEW = "too_few"


@dataclass(frozen=True)
class Question:
    """The options, checked. ``requests``: None for the number that the target needs. ``weights``: None to read them."""

    namespace: str
    target: Target
    via: Via
    url: SplitResult
    url_headers: Mapping[str, str]
    requests: int | None
    concurrency: int
    request_timeout: float
    timeout: float
    expectation: Expectation
    weights: Mapping[str, int] | None
    precision: Precision
    fail_on: FailOn

    @property
    def asks_cluster(self) -> bool:
        """Whether the cluster's API is needed at all."""
        return self.via is not Via.URL or (self.target.kind is Kind.EXPERIMENT and self.weights is None)


def read_options(params: Mapping[str, Any]) -> Question:
    """The checked options. Raises Invalid, whose message names the option."""
    if not is_dns_label(params["namespace"]):
        raise Invalid(
            f"namespace: {params['namespace']!r} is not a namespace's name. Expected at most 63 of the characters a-z, 0-9 and -"
        )
    target = Target(Kind(params["kind"]), params["name"])
    if not is_dns_subdomain(target.name):
        raise Invalid(
            f"name: {target.name!r} is not the name of a {target.kind.value}. Expected lower-case letters, digits, - and ."
        )
    via = Via(params["via"])
    _within("requests", params["requests"], 1, MOST_REQUESTS)
    _within("concurrency", params["concurrency"], 1, MOST_CONNECTIONS)
    _within("request_timeout", params["request_timeout"], 0.1, 3600)
    _within("timeout", params["timeout"], 0.1, 86400)
    _within("confidence", params["confidence"], 0.5, 0.999999)
    _within("split_tolerance", params["split_tolerance"], 0.01, 0.5)
    return Question(
        params["namespace"],
        target,
        via,
        _url(params, via),
        _headers(params, via),
        params["requests"],
        params["concurrency"],
        params["request_timeout"],
        params["timeout"],
        read_expectation(params["expect_status"], params["expect_outputs"]),
        _weights(params, target.kind),
        Precision(params["confidence"], params["split_tolerance"]),
        FailOn(params["fail_on"]),
    )


def _within(option: str, value: float | None, lowest: float, highest: float) -> None:
    if value is not None and not lowest <= value <= highest:
        raise Invalid(f"{option}: {value} is out of range. Expected {lowest} to {highest}")


def _url(params: Mapping[str, Any], via: Via) -> SplitResult:
    if via is not Via.URL:
        for option in ("url", "url_ca_cert"):
            if params[option]:
                raise Invalid(
                    f"{option}: is for via=url only, and via is {via.value}. Set via to url, or leave {option} out"
                )
        return urlsplit("")
    try:
        url = urlsplit(str(params["url"]))
        usable = url.scheme in ("http", "https") and bool(url.hostname) and url.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise Invalid("url: is not an address of the mesh. Expected for example http://localhost:8080")
    if url.username or url.password:
        raise Invalid("url: contains credentials, which logs would show. Put them into url_headers")
    if url.scheme == "http" and params["url_ca_cert"]:
        raise Invalid(
            "url: begins with http://, so url_ca_cert would be ignored. Write https://, or leave out url_ca_cert"
        )
    if url.query or url.fragment or "/v2" in url.path or not url.path.isascii() or " " in url.path:
        raise Invalid("url: is more than the mesh's address. Expected the address only; the check adds /v2/models/…")
    return url


def _headers(params: Mapping[str, Any], via: Via) -> dict[str, str]:
    headers = {str(name): str(value) for name, value in params["url_headers"].items()}
    if headers and via is not Via.URL:
        raise Invalid(f"url_headers: are for via=url only, and via is {via.value}")
    for name, value in headers.items():
        if name.lower() in OWN_HEADERS:
            raise Invalid(f"url_headers: {name} is set by the check itself. Leave it out")
        if (
            not name.isascii()
            or not all(character.isalnum() or character in "-_." for character in name)
            or not (value.isascii() and value.isprintable())
        ):
            raise Invalid(f"url_headers: {name[:40]!r} or its value has characters that no HTTP header can hold")
    return headers


def _weights(params: Mapping[str, Any], kind: Kind) -> dict[str, int] | None:
    if params["weights"] is None:
        return None
    if kind is not Kind.EXPERIMENT:
        raise Invalid(f"weights: are for an Experiment, and kind is {kind.value}. Set kind to Experiment")
    return check_weights(params["weights"], "weights")


def check_weights(weights: Mapping[str, Any], where: str) -> dict[str, int]:
    """The weights: whole numbers from 0, at least one above 0. Raises Invalid, whose message begins with ``where``."""
    for name, weight in weights.items():
        if not (is_whole(weight) and weight >= 0):
            raise Invalid(f"{where}: the weight of {name} is {weight!r}. Expected a whole number, 0 or more")
    if not any(weights.values()):
        raise Invalid(f"{where}: no candidate has a weight above 0, so nothing can be compared")
    return dict(weights)
