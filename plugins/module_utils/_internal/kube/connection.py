# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Makes a client from options, K8S_AUTH_* variables and kubeconfig files."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .client import KubeClient
from .errors import ConfigurationError
from .process import ENVIRON
from .pyyaml import yaml
from .transport import Transport

try:
    from kubernetes import client as kubernetes_client
    from kubernetes import config as kubernetes_config
except ImportError as missing:  # reported as a task failure, with the next step
    kubernetes_client = None
    MISSING_LIBRARY: ImportError | None = missing
else:
    MISSING_LIBRARY = None

REQUIREMENT = "kubernetes>=36.0.1,<38"
"""The releases that are tested: 36.0.0 does not send the token of a kubeconfig, and a newer major release may change the
internal classes that transport.py and port_forward.py use.
"""
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
    given = _effective_options(options, environ)
    configuration = kubernetes_client.Configuration()
    if not _is_explicit(given):
        _load_kubeconfig(configuration, given, environ)
    _override(configuration, given)
    configuration.connection_pool_maxsize = connections
    configuration.retries = False
    return KubeClient(Transport(configuration, _impersonation(given)))


def _effective_options(options: Mapping[str, Any], environ: Mapping[str, str]) -> dict[str, Any]:
    given = {name: options.get(name) for name in ENVIRONMENT}
    for name, variable in ENVIRONMENT.items():
        if given[name] is None and environ.get(variable):
            given[name] = environ[variable]
    verify = given["validate_certs"]
    if isinstance(verify, str):
        if verify.lower() not in _FALSE | _TRUE:
            raise ConfigurationError(f"K8S_AUTH_VERIFY_SSL is {verify!r}: expected true or false")
        given["validate_certs"] = verify.lower() in _TRUE
    groups = given["impersonate_groups"]
    if isinstance(groups, str):
        given["impersonate_groups"] = [group for group in groups.split(",") if group]
    return given


def _is_explicit(given: Mapping[str, Any]) -> bool:
    """Whether host and credentials are given, so that no kubeconfig is read."""
    credentials = given["api_key"] or given["username"] or given["client_cert"]
    return bool(given["host"] and credentials and not given["kubeconfig"])


def _load_kubeconfig(configuration: Any, given: Mapping[str, Any], environ: Mapping[str, str]) -> None:
    source = given["kubeconfig"]
    try:
        if isinstance(source, Mapping):
            kubernetes_config.load_kube_config_from_dict(
                dict(source), context=given["context"], client_configuration=configuration, persist_config=False
            )
            return
        paths = _kubeconfig_paths(source, environ)
        if paths:
            kubernetes_config.load_kube_config(
                os.pathsep.join(paths),
                context=given["context"],
                client_configuration=configuration,
                persist_config=False,
            )
        elif environ.get("KUBERNETES_SERVICE_HOST") and source is None:
            kubernetes_config.load_incluster_config(client_configuration=configuration)
        elif not given["host"]:
            raise ConfigurationError(
                "no kubeconfig: ~/.kube/config does not exist and neither KUBECONFIG nor K8S_AUTH_KUBECONFIG is set. "
                "Set one of them, or the option kubeconfig"
            )
    except ConfigurationError:
        raise
    except kubernetes_config.ConfigException as problem:
        raise ConfigurationError(f"kubeconfig {_describe(source, environ)}: {problem}") from None
    except (OSError, yaml.YAMLError, ValueError, TypeError, KeyError, AttributeError) as problem:
        # The library's text can quote the file with its credentials, so only the type is shown.
        raise ConfigurationError(
            f"kubeconfig {_describe(source, environ)} cannot be used ({type(problem).__name__}). "
            "Check it with: kubectl config view"
        ) from None


def _kubeconfig_paths(source: Any, environ: Mapping[str, str]) -> list[str]:
    """The existing files to merge. Raises ConfigurationError where none of the named files exists."""
    asked = source if source is not None else environ.get("KUBECONFIG")
    if asked is None:
        default = Path("~/.kube/config").expanduser()
        return [str(default)] if default.exists() else []
    paths = [str(Path(part).expanduser()) for part in str(asked).split(os.pathsep) if part]
    existing = [path for path in paths if Path(path).exists()]
    if not existing:
        raise ConfigurationError(
            f"kubeconfig {asked} does not exist. Name an existing file in the option kubeconfig, "
            "in K8S_AUTH_KUBECONFIG or in KUBECONFIG"
        )
    return existing


def _describe(source: Any, environ: Mapping[str, str]) -> str:
    if isinstance(source, Mapping):
        return "(given inline)"
    return str(source or environ.get("KUBECONFIG") or "~/.kube/config")


def _override(configuration: Any, given: Mapping[str, Any]) -> None:
    """Replaces settings of the kubeconfig by single options."""
    if given["host"]:
        configuration.host = given["host"].rstrip("/")
    if given["api_key"] or given["username"]:
        _forget_credentials(configuration)
    if given["api_key"]:
        configuration.api_key = {"BearerToken": f"Bearer {given['api_key']}"}
    elif given["username"]:
        configuration.username, configuration.password = given["username"], given["password"] or ""
    if given["validate_certs"] is not None:
        configuration.verify_ssl = given["validate_certs"]
    for option, attribute in (("ca_cert", "ssl_ca_cert"), ("client_cert", "cert_file"), ("client_key", "key_file")):
        if given[option]:
            path = Path(given[option]).expanduser()
            if not path.exists():
                raise ConfigurationError(f"{option} {path} does not exist")
            setattr(configuration, attribute, str(path))
    if given["proxy"]:
        configuration.proxy = given["proxy"]
    if given["no_proxy"]:
        configuration.no_proxy = given["no_proxy"]


def _forget_credentials(configuration: Any) -> None:
    """Removes the credentials of the kubeconfig: an API server that gets a certificate ignores the token."""
    configuration.api_key, configuration.refresh_api_key_hook = {}, None
    configuration.username = configuration.password = None
    configuration.cert_file = configuration.key_file = None


def _impersonation(given: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Header lines; Impersonate-Group is repeated, one line per group."""
    lines = []
    if given["impersonate_user"]:
        lines.append(("Impersonate-User", str(given["impersonate_user"])))
    lines += [("Impersonate-Group", str(group)) for group in given["impersonate_groups"] or []]
    return lines
