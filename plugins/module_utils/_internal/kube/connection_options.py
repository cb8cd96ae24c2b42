# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The options of the connection, the environment variables of the same meaning, and the combinations that are refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .errors import ConfigurationError

ENVIRONMENT = {
    "kubeconfig": "K8S_AUTH_KUBECONFIG",
    "context": "K8S_AUTH_CONTEXT",
    "host": "K8S_AUTH_HOST",
    "api_key": "K8S_AUTH_API_KEY",
    "username": "K8S_AUTH_USERNAME",
    "password": "K8S_AUTH_PASSWORD",
    "validate_certs": "K8S_AUTH_VERIFY_SSL",
    "ca_cert": "K8S_AUTH_SSL_CA_CERT",
    "client_cert": "K8S_AUTH_CERT_FILE",
    "client_key": "K8S_AUTH_KEY_FILE",
    "proxy": "K8S_AUTH_PROXY",
    "no_proxy": "K8S_AUTH_NO_PROXY",
    "impersonate_user": "K8S_AUTH_IMPERSONATE_USER",
    "impersonate_groups": "K8S_AUTH_IMPERSONATE_GROUPS",
}
_FALSE = {"0", "false", "no", "off", "n", "f"}
_TRUE = {"1", "true", "yes", "on", "y", "t"}
_CREDENTIALS = ("api_key", "username", "client_cert")


@dataclass(frozen=True)
class ConnectionOptions:
    """``values`` by option; ``sources`` has the name under which each was set: the option, or its variable."""

    values: Mapping[str, Any]
    sources: Mapping[str, str]

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    def source(self, name: str) -> str:
        """``host`` or ``K8S_AUTH_HOST``."""
        return self.sources[name]

    @property
    def credentials(self) -> list[str]:
        """The options that hold a credential and are set."""
        return [name for name in _CREDENTIALS if self[name]]

    @property
    def is_complete(self) -> bool:
        """Whether address and credentials are given, so that no kubeconfig is read."""
        return bool(self["host"] and self.credentials and not self["kubeconfig"])


def read_options(options: Mapping[str, Any], environ: Mapping[str, str]) -> ConnectionOptions:
    """Options that are not set come from ``environ``. Raises ConfigurationError for a combination in which one option would
    silently be ignored.
    """
    values = {name: options.get(name) for name in ENVIRONMENT}
    sources = {name: name for name in ENVIRONMENT}
    for name, variable in ENVIRONMENT.items():
        if values[name] is None and environ.get(variable):
            values[name], sources[name] = environ[variable], variable
    verify = values["validate_certs"]
    if isinstance(verify, str):
        if verify.lower() not in _FALSE | _TRUE:
            raise ConfigurationError(f"K8S_AUTH_VERIFY_SSL is {verify!r}: expected true or false")
        values["validate_certs"] = verify.lower() in _TRUE
    groups = values["impersonate_groups"]
    if isinstance(groups, str):
        values["impersonate_groups"] = [group for group in groups.split(",") if group]
    given = ConnectionOptions(values, sources)
    _check(given)
    return given


def _check(given: ConnectionOptions) -> None:
    _check_credentials(given)
    if given["impersonate_groups"] and not given["impersonate_user"]:
        groups = given.source("impersonate_groups")
        raise ConfigurationError(f"{groups} is set without {_named('impersonate_user')}. Set both")
    if given["validate_certs"] is False and given["ca_cert"]:
        raise ConfigurationError(
            f"{given.source('validate_certs')} is false, so {given.source('ca_cert')} would be ignored. Remove one of them"
        )
    if given["host"]:
        _check_host(given)


def _check_credentials(given: ConnectionOptions) -> None:
    if len(given.credentials) > 1:
        several = " and ".join(given.source(name) for name in given.credentials)
        raise ConfigurationError(f"{several} are set, and a request has one credential. Remove all but one")
    for one, other in (("username", "password"), ("client_cert", "client_key")):
        for is_set, is_missing in ((one, other), (other, one)):
            if given[is_set] and not given[is_missing]:
                both = ". Set both" + (", to the same file if it holds both" if one == "client_cert" else "")
                raise ConfigurationError(f"{given.source(is_set)} is set without {_named(is_missing)}{both}")


def _check_host(given: ConnectionOptions) -> None:
    host = given.source("host")
    if given["context"] and given.is_complete:
        raise ConfigurationError(
            f"{given.source('context')} has no effect: {host} and {given.source(given.credentials[0])} are set, so no kubeconfig "
            f"is read. Remove {given.source('context')}, or set {_named('kubeconfig')} and remove {host}"
        )
    for option in ("kubeconfig", "context"):
        # Inventories of several clusters set these options per host, and a variable would send all hosts to one cluster.
        if given[option] and given.source(option) == option and host != "host":
            raise ConfigurationError(
                f"the option {option} selects a cluster, and {host} gives the address of another one. "
                f"Unset {host}, or set the option host"
            )


def _named(option: str) -> str:
    return f"{option} ({ENVIRONMENT[option]})"
