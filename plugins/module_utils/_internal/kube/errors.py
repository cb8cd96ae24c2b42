# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Errors of requests: one class per cause, each with a message for users and the next step."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from .cause import Cause
from .field_errors import causes_in, without_dumps
from .terminating import until_gone

_TERMINATING = re.compile(r"in namespace (?P<name>[a-z0-9-]+) because it is being terminated")
"""The API server's words, from the admission plugin NamespaceLifecycle."""


class KubeError(Exception):
    """A request that did not succeed. ``str()`` is plain text, without credentials or request bodies."""

    next_step = ""

    def __init__(self, message: str, *, causes: Sequence[Cause] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.causes = tuple(causes)

    def __str__(self) -> str:
        return f"{self.message}. {self.next_step}" if self.next_step else self.message


class ConfigurationError(KubeError):
    """No usable way to reach a cluster was given."""


class Unreachable(KubeError):
    """No answer: refused, timed out, or TLS failed."""

    next_step = "Check that the API server runs and that the kubeconfig's server address is reachable from here"


class ProxyUnreachable(Unreachable):
    """No answer through a proxy, so that the proxy can be the cause."""

    next_step = (
        "Check the proxy, or connect without it: add the API server's host to NO_PROXY or to the option no_proxy "
        "(K8S_AUTH_NO_PROXY)"
    )


class Redirected(KubeError):
    """3xx: the address is not an API server's. Nothing is sent to another address, because it would get the credentials."""

    next_step = "Set the address of the API server itself; kubectl config view --minify shows that of a kubeconfig"


class Unauthorized(KubeError):
    """401: the credentials were not accepted."""

    next_step = "Renew the credentials in the kubeconfig (or K8S_AUTH_API_KEY)"


class Anonymous(Unauthorized):
    """403 for the user ``system:anonymous``: the API server got no credentials. No role is missing."""

    next_step = (
        "Set a user in the context of the kubeconfig, or the option api_key (K8S_AUTH_API_KEY). A proxy or load balancer that "
        "ends TLS removes client certificates. Grant nothing to system:anonymous: that is everybody"
    )


class Forbidden(KubeError):
    """403: the user has no permission, or admission (a quota, Pod Security, a policy) refused the request."""


class AccessDenied(Forbidden):
    """403 of the authorizer: no role grants the permission."""

    next_step = "Grant that permission with a Role and a RoleBinding, or run with other credentials"


class NamespaceTerminating(KubeError):
    """Nothing can be created in a namespace that is being deleted."""

    def __init__(self, message: str, *, causes: Sequence[Cause] = ()) -> None:
        super().__init__(message, causes=causes)
        match = _TERMINATING.search(message)
        step = until_gone(match["name"] if match else "NAME")
        self.next_step = step[0].upper() + step[1:]


class NotFound(KubeError):
    """404: no such object, or its kind is not served."""


class Conflict(KubeError):
    """409: another client changed the object, or other managers own the fields (see ``causes``)."""

    @property
    def is_about_ownership(self) -> bool:
        """Whether other managers own the fields. If not, a retry can succeed."""
        return any(cause.reason == "FieldManagerConflict" for cause in self.causes)


class Expired(KubeError):
    """410: the list is too old to read its next page."""


class Invalid(KubeError):
    """400 or 422: the object itself was refused; ``causes`` name the fields."""


class Throttled(KubeError):
    """429, or 503 with Retry-After, also after all retries."""

    next_step = "The API server is overloaded or a priority level is exhausted; run again later or with fewer forks"


class ServerFailure(KubeError):
    """5xx: the API server or one of its webhooks failed."""


_BY_REASON: Mapping[str, type[KubeError]] = {
    "Unauthorized": Unauthorized,
    "Forbidden": Forbidden,
    "NotFound": NotFound,
    "AlreadyExists": Conflict,
    "Conflict": Conflict,
    "Invalid": Invalid,
    "BadRequest": Invalid,
    "TooManyRequests": Throttled,
    "Expired": Expired,
    "Gone": Expired,
}
_BY_CODE: Mapping[int, type[KubeError]] = {
    400: Invalid,
    401: Unauthorized,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    410: Expired,
    413: Invalid,
    422: Invalid,
    429: Throttled,
}


_RBAC_REFUSAL = re.compile(r"User \"[^\"]*\" cannot \w+ (resource|path)")


_ANONYMOUS = 'User "system:anonymous" cannot '
_UNTYPED = "failed to create typed patch object"
"""The text of server-side apply, with status 500, about an object that does not match its schema."""


def error_from_status(code: int, status: Mapping[str, Any]) -> KubeError:
    """The error for an HTTP ``code`` and its decoded Status object (empty when the body is not a Status)."""
    details = status.get("details")
    details = details if isinstance(details, dict) else {}
    causes = [Cause(c.get("reason", ""), c.get("message", ""), c.get("field", "")) for c in details.get("causes") or []]
    message = without_dumps(str(status.get("message") or f"the API server answered {code}"))
    if any(cause.reason == "NamespaceTerminating" for cause in causes):
        return NamespaceTerminating(message, causes=causes)
    if message.startswith(_UNTYPED):
        message = message.rpartition("): ")[2]
        return Invalid(message, causes=causes or causes_in(message))
    reason = status.get("reason", "")
    if code == 403 and _ANONYMOUS in message:
        return Anonymous(f"the API server got no credentials with the request ({message})", causes=causes)
    if code == 403 and _RBAC_REFUSAL.search(message):
        return AccessDenied(message, causes=causes)
    kind = _BY_REASON.get(reason) or _BY_CODE.get(code) or (ServerFailure if code >= 500 else KubeError)
    return kind(message, causes=causes or (causes_in(message) if kind is Invalid else ()))


def redirected(server: str, location: object) -> Redirected:
    """The error for a redirect of ``server``. Of the new address only scheme and host are shown."""
    target = urlsplit(location) if isinstance(location, str) and location.isascii() and location.isprintable() else None
    place = f"{target.scheme}://{target.netloc.rpartition('@')[2]}" if target and target.netloc else "another path"
    return Redirected(f"{server} answers with a redirect to {place}, which is not followed")
