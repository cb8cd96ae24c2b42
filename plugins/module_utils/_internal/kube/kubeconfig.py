# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reads kubeconfig files with the library ``kubernetes``, and refuses what that ignores silently."""

from __future__ import annotations

import base64
import copy
import os
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .address import server_address
from .connection_options import ConnectionOptions
from .credential_program import CredentialProgram, cleaned
from .errors import ConfigurationError
from .pyyaml import yaml

try:
    import certifi
    from kubernetes import client as kubernetes_client
    from kubernetes import config as kubernetes_config
    from kubernetes.config import kube_config
except ImportError:  # connection.require_libraries() reports it
    certifi = None  # type: ignore[assignment]
    kubernetes_client = kubernetes_config = kube_config = None

_UNREADABLE = (OSError, yaml.YAMLError if yaml else ValueError, ValueError, TypeError, KeyError, AttributeError)
_TLS_OF_CLUSTER = ("certificate-authority", "certificate-authority-data", "tls-server-name")
_TLS_OF_USER = ("client-certificate", "client-certificate-data")
_IMPERSONATION = ("as", "as-uid", "as-groups", "as-user-extra")
_ISSUER_AUTHORITY = ("idp-certificate-authority", "idp-certificate-authority-data")
_ENTRY = re.compile(r"\{.*\}", re.DOTALL)


@dataclass(frozen=True)
class Loaded:
    """``configuration`` is the library's. ``tls`` names the fields that only TLS uses, and ``proxy_source`` the field with
    the proxy; empty without one.
    """

    configuration: Any
    tls: tuple[str, ...]
    proxy_source: str


def kubeconfig_paths(source: object, environ: Mapping[str, str], directory: str) -> list[str]:
    """The absolute paths of the existing files to merge, as kubectl reads them: relative to the working directory, and
    ``~`` is the home directory. Raises ConfigurationError where none of the named files exists.
    """
    asked = source or environ.get("KUBECONFIG")
    if not asked:
        default = Path("~/.kube/config").expanduser()
        return [str(default)] if default.exists() else []
    parts = [part for part in str(asked).split(os.pathsep) if part]
    paths = [os.path.normpath(os.path.join(directory, os.path.expanduser(part))) for part in parts]
    existing = [path for path in paths if Path(path).exists()]
    if not existing:
        searched = "" if paths == parts else f" (as {', '.join(paths)})"
        raise ConfigurationError(
            f"kubeconfig {asked} does not exist{searched}. Name an existing file in the option kubeconfig, "
            "in K8S_AUTH_KUBECONFIG or in KUBECONFIG"
        )
    return existing


def load_kubeconfig(source: Mapping[str, Any] | list[str], given: ConnectionOptions) -> Loaded:
    """The cluster and the user of a context. ``source`` is a kubeconfig's content, or the paths of files to merge. The
    options ``context`` and ``host`` take precedence; the user is left out where options hold a credential.

    Raises ConfigurationError.
    """
    inline = isinstance(source, Mapping)
    title = "kubeconfig (given inline)" if inline else f"kubeconfig {os.pathsep.join(source)}"
    try:
        content = (
            kube_config.ConfigNode("kubeconfig", copy.deepcopy(dict(source)))
            if isinstance(source, Mapping)
            else kube_config.KubeConfigMerger(os.pathsep.join(source)).config
        )
        _check_context(content, given, title)
        loader = kube_config.KubeConfigLoader(content, active_context=given["context"])
        return _Context(content, loader.current_context, title, given).load()
    except ConfigurationError:
        raise
    except kubernetes_config.ConfigException as problem:
        # The library quotes whole entries with their credentials.
        raise ConfigurationError(f"{title}: {cleaned(_ENTRY.sub('(entry)', str(problem)))}") from None
    except _UNREADABLE as problem:
        # The library's text can quote the file with its credentials, so only the type is shown.
        raise ConfigurationError(
            f"{title} cannot be used ({type(problem).__name__}). Check it with: kubectl config view"
        ) from None


def _check_context(content: Any, given: ConnectionOptions, title: str) -> None:
    """Refuses a context that does not exist, with the names of those that do."""
    contexts = content.value.get("contexts") if content is not None else None
    name = given["context"] or (content.value.get("current-context") if content is not None else None)
    names = sorted(str(context["name"]) for context in contexts or ())
    if names and name not in names:
        problem = f"context {name!r} does not exist" if name else "has no current-context"
        step = f"Correct {given.source('context')}" if given["context"] else "Set the option context (K8S_AUTH_CONTEXT)"
        raise ConfigurationError(f"{title}: {problem}. Expected one of: {cleaned(', '.join(names))}. {step}")


class _Context:
    """A context of a kubeconfig. ``content`` is changed on the way to the library."""

    def __init__(self, content: Any, context: Mapping[str, Any], title: str, given: ConnectionOptions) -> None:
        self._content, self._context, self._title, self._given = content, context, title, given
        self._cluster_name = context["context"]["cluster"]
        self._cluster = content["clusters"].get_with_name(self._cluster_name)["cluster"]

    def load(self) -> Loaded:
        cluster = f"{self._title}, cluster {self._cluster_name!r}"
        given = self._given
        source = given.source("host") if given["host"] else f"{cluster}: server"
        self._cluster.value["server"] = server_address(given["host"] or self._cluster.value.get("server", ""), source)
        user = None if given.credentials else self._user()
        tls = [f"{cluster}: {key}" for key in _TLS_OF_CLUSTER if self._cluster.value.get(key)]
        program = None
        if user is None:
            self._context["context"].pop("user", None)
        else:
            tls += [f"{self._owner}: {key}" for key in _TLS_OF_USER if user.value.get(key)]
            program = self._program(user)
        configuration = kubernetes_client.Configuration()
        credential = program.run() if program else None
        if user is not None and credential is not None and credential.certificate:
            for key, text in (("certificate", credential.certificate), ("key", credential.key)):
                user.value[f"client-{key}-data"] = base64.b64encode(text.encode()).decode()
        self._load_into(configuration, user)
        if program and credential and credential.token:
            configuration.refresh_api_key_hook = _renewed_by(program, credential)
            configuration.api_key = {"BearerToken": f"Bearer {credential.token}"}
        elif user is not None:
            self._check_credential(user.value, configuration)
        proxy = f"{cluster}: proxy-url" if self._cluster.value.get("proxy-url") else ""
        return Loaded(configuration, tuple(tls), proxy)

    @property
    def _owner(self) -> str:
        return f"{self._title}, user {self._context['context'].get('user')!r}"

    def _user(self) -> Any:
        """The entry of the context's user; None for a context without one."""
        name = self._context["context"].get("user")
        if not name:
            return None
        users = self._content.value.get("users") or []
        entry = self._content["users"].get_with_name(name, safe=True) if users else None
        if entry is None:
            names = ", ".join(sorted(str(user["name"]) for user in users)) or "none, the file has no users"
            raise ConfigurationError(
                f"{self._title}, context {self._context['name']!r}: its user {name!r} does not exist. Expected one of: {names}. "
                "Correct the context's user, or add the user"
            )
        user = entry["user"]
        ignored = [key for key in _IMPERSONATION if user.value.get(key)]
        if ignored:
            raise ConfigurationError(
                f"{self._owner}: {', '.join(ignored)} would be ignored, and requests sent without impersonation. "
                "Remove it, and set impersonate_user and impersonate_groups"
            )
        return user

    def _program(self, user: Any) -> CredentialProgram | None:
        """The credential program, where the library would run it: not for a user that has another credential."""
        if any(user.value.get(key) for key in ("token", "tokenFile", "auth-provider")):
            user.value.pop("exec", None)
        if "exec" not in user.value:
            return None
        spec = user["exec"]
        del user.value["exec"]
        directory = str(Path(user.path).resolve().parent) if user.path else ""
        return CredentialProgram(spec, self._cluster, directory, self._owner)

    def _load_into(self, configuration: Any, user: Any) -> None:
        provider = user.value.get("auth-provider") if user is not None else None
        settings = provider.get("config") if isinstance(provider, Mapping) else None
        if isinstance(settings, dict) and not any(settings.get(key) for key in _ISSUER_AUTHORITY):
            # Without it, the library asks an OIDC issuer for its endpoints without verifying its certificate.
            settings["idp-certificate-authority"] = certifi.where()
        loader = kube_config.KubeConfigLoader(self._content, active_context=self._context["name"])
        try:
            loader.load_and_set(configuration)
        except Exception as problem:  # the libraries of auth providers have many kinds
            if not isinstance(provider, Mapping):
                raise
            raise self._provider_failed(provider, problem) from None
        if configuration.refresh_api_key_hook is not None:
            configuration.refresh_api_key_hook = token_only(
                configuration.refresh_api_key_hook, lambda problem: self._provider_failed(provider or {}, problem)
            )

    def _provider_failed(self, provider: Mapping[str, Any], problem: Exception) -> ConfigurationError:
        settings = provider.get("config")
        program = settings.get("cmd-path") if isinstance(settings, Mapping) else None
        words = cleaned(str(problem).partition("\nStderr: ")[2])
        who = (
            f"the credential program {cleaned(str(program))!r}"
            if program
            else f"auth-provider {provider.get('name')!r}"
        )
        return ConfigurationError(
            f"{self._owner}: {who} failed ({words or type(problem).__name__}). Log in again, or use another context"
        )

    def _check_credential(self, user: Mapping[str, Any], configuration: Any) -> None:
        """Refuses a user whose entry gives no credential. One without any entry is meant: for example of kubectl proxy."""
        if configuration.api_key or configuration.cert_file or not user:
            return
        keys = ", ".join(sorted(user))
        raise ConfigurationError(
            f"{self._owner}: {keys} gives no credential that can be used. Expected a token, a client certificate with its "
            "key, exec, or username and password"
        )


def _renewed_by(program: CredentialProgram, credential: Any) -> Callable[[Any], None]:
    """A hook that the library calls before each request, also from several threads."""
    lock, current = threading.Lock(), [credential]

    def renew(configuration: Any) -> None:
        with lock:
            if current[0].is_expired:
                current[0] = program.run()
                configuration.api_key = {"BearerToken": f"Bearer {current[0].token}"}

    return renew


def token_only(
    hook: Callable[[Any], None], failure: Callable[[Exception], ConfigurationError]
) -> Callable[[Any], None]:
    """The library's hook, of which only the token is used: it also resets the address, the proxy and the verification of
    certificates to those of the kubeconfig.
    """
    lock, scratch = threading.Lock(), kubernetes_client.Configuration()

    def renew(configuration: Any) -> None:
        with lock:
            try:
                hook(scratch)
            except Exception as problem:  # the libraries of auth providers have many kinds
                raise failure(problem) from None
            configuration.api_key = dict(scratch.api_key)

    return renew
