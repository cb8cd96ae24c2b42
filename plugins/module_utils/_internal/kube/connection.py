# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Makes a client from options, K8S_AUTH_* variables and kubeconfig files."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .address import proxy_address, server_address
from .client import KubeClient
from .connection_options import ConnectionOptions, read_options
from .errors import ConfigurationError
from .kubeconfig import Loaded, kubeconfig_paths, load_kubeconfig, token_only
from .process import ENVIRON
from .transport import Transport

try:
    from kubernetes import client as kubernetes_client
    from kubernetes import config as kubernetes_config
    from kubernetes.client.rest import should_bypass_proxies
except ImportError as missing:  # reported as a task failure, with the next step
    kubernetes_client = None
    MISSING_LIBRARY: ImportError | None = missing
else:
    MISSING_LIBRARY = None

REQUIREMENT = "kubernetes>=36.0.1,<38"
"""The releases that are tested: 36.0.0 does not send the token of a kubeconfig, and a newer major release may change the
internal classes that kubeconfig.py, credential_program.py, transport.py and port_forward.py use.
"""


def require_libraries() -> None:
    """Raises :class:`ConfigurationError` where the Kubernetes client, or PyYAML which it needs, cannot be imported."""
    if MISSING_LIBRARY is not None:
        raise ConfigurationError(
            f"the Python library 'kubernetes' cannot be imported ({MISSING_LIBRARY}). "
            f"Install it beside ansible-core: pip install '{REQUIREMENT}'"
        )


def connect(options: Mapping[str, Any], environ: Mapping[str, str] = ENVIRON, *, connections: int = 8) -> KubeClient:
    """A client for the cluster that ``options`` name. Options that are not set come from ``environ``.

    ``connections`` is the largest number of simultaneous requests, each on its own connection.
    Raises :class:`ConfigurationError` without having sent a request.
    """
    require_libraries()
    given = read_options(options, environ)
    loaded = _load(given, environ)
    configuration = loaded.configuration
    _override(configuration, given)
    if configuration.host.startswith("http://"):
        _check_plain_http(configuration.host, loaded, given)
    configuration.connection_pool_maxsize = connections
    configuration.retries = False
    return KubeClient(Transport(configuration, _impersonation(given), proxy_source=_check_proxy(loaded, given)))


def _load(given: ConnectionOptions, environ: Mapping[str, str]) -> Loaded:
    """The configuration of a kubeconfig, of the pod's own ServiceAccount, or one with the address only."""
    source = given["kubeconfig"]
    if not given.is_complete:
        if isinstance(source, Mapping):
            return load_kubeconfig(source, given)
        paths = kubeconfig_paths(source, environ, os.getcwd())
        if paths:
            return load_kubeconfig(paths, given)
        if environ.get("KUBERNETES_SERVICE_HOST") and not given["host"]:
            return _load_service_account()
    if not given["host"]:
        raise ConfigurationError(
            "no kubeconfig: ~/.kube/config does not exist and neither KUBECONFIG nor K8S_AUTH_KUBECONFIG is set. "
            "Set one of them, or the option kubeconfig"
        )
    if given["context"]:
        raise ConfigurationError(
            f"{given.source('context')} is set, and there is no kubeconfig. Set the option kubeconfig"
        )
    configuration = kubernetes_client.Configuration()
    configuration.host = server_address(given["host"], given.source("host"))
    return Loaded(configuration, (), "")


def _load_service_account() -> Loaded:
    configuration = kubernetes_client.Configuration()
    try:
        kubernetes_config.load_incluster_config(client_configuration=configuration)
    except kubernetes_config.ConfigException as problem:
        raise ConfigurationError(f"the pod's own ServiceAccount: {problem}. Set the option kubeconfig") from None
    configuration.refresh_api_key_hook = token_only(
        configuration.refresh_api_key_hook,
        lambda problem: ConfigurationError(f"the token of the pod's own ServiceAccount cannot be read ({problem})"),
    )
    return Loaded(configuration, (), "")


def _override(configuration: Any, given: ConnectionOptions) -> None:
    """Replaces settings of the kubeconfig by single options."""
    if given["api_key"]:
        configuration.api_key = {"BearerToken": f"Bearer {given['api_key']}"}
    elif given["username"]:
        configuration.username, configuration.password = given["username"], given["password"]
    if given["validate_certs"] is not None:
        configuration.verify_ssl = given["validate_certs"]
    for option, attribute in (("ca_cert", "ssl_ca_cert"), ("client_cert", "cert_file"), ("client_key", "key_file")):
        if given[option]:
            path = Path(given[option]).expanduser()
            if not path.exists():
                raise ConfigurationError(f"{given.source(option)} {path} does not exist")
            setattr(configuration, attribute, str(path))
    if given["proxy"]:
        configuration.proxy = given["proxy"]
    if given["no_proxy"]:
        configuration.no_proxy = given["no_proxy"]


def _check_plain_http(address: str, loaded: Loaded, given: ConnectionOptions) -> None:
    """Refuses http together with settings of TLS: they would silently be ignored. Without them, http is meant."""
    names = [given.source(name) for name in ("ca_cert", "client_cert", "validate_certs") if given[name]]
    ignored = [*names, *loaded.tls]
    if ignored:
        raise ConfigurationError(
            f"the API server's address is {address}, without TLS, and only TLS uses {ignored[0]}. "
            f"Write {address.replace('http', 'https', 1)}, or remove {ignored[0]}"
        )


def _check_proxy(loaded: Loaded, given: ConnectionOptions) -> str:
    """The option, variable or field that names the proxy; empty where the connection uses none."""
    configuration = loaded.configuration
    if not configuration.proxy or should_bypass_proxies(configuration.host, configuration.no_proxy or ""):
        return ""
    if given["proxy"]:
        source = given.source("proxy")
    else:
        source = loaded.proxy_source or _proxy_variable(configuration)
    proxy_address(configuration.proxy, source)
    return source


def _proxy_variable(configuration: Any) -> str:
    scheme = configuration.host.partition(":")[0]
    names = (f"{scheme}_proxy", f"{scheme}_proxy".upper(), "all_proxy", "ALL_PROXY")
    return next((name for name in names if ENVIRON.get(name) == configuration.proxy), names[1])


def _impersonation(given: ConnectionOptions) -> list[tuple[str, str]]:
    """Header lines; Impersonate-Group is repeated, one line per group."""
    lines = []
    if given["impersonate_user"]:
        lines.append(("Impersonate-User", str(given["impersonate_user"])))
    lines += [("Impersonate-Group", str(group)) for group in given["impersonate_groups"] or []]
    return lines
