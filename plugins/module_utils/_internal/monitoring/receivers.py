# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where a tenant's alerts go. An error about a reference to a Secret never quotes the value: somebody may have put the
secret there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..diagnosis.quoting import quoted
from ..diagnosis.reading import Reading
from ..kube.names import is_dns_subdomain

_FIELDS = {
    "slack": ("secret", "channel"),
    "webhook": ("secret",),
    "pagerduty": ("secret",),
    "email": ("to", "from", "smarthost", "username", "secret"),
}
"""The keys of a receiver of each type, besides ``type``."""
_ADDRESS = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+", re.ASCII)
_HOST_AND_PORT = re.compile(r"[A-Za-z0-9]([-A-Za-z0-9.]*[A-Za-z0-9])?:[0-9]{1,5}", re.ASCII)
_SECRET_KEY = re.compile(r"[-._A-Za-z0-9]{1,253}", re.ASCII)
_BY_REFERENCE = "name and key of a Secret in the tenant's namespace: secret: {name: alerting, key: url}"


@dataclass(frozen=True)
class SecretKey:
    """A key of a Secret in the tenant's namespace."""

    name: str
    key: str


@dataclass(frozen=True)
class Receiver:
    """Where alerts go: ``type`` is slack, webhook, pagerduty or email. ``secret`` refers to the Secret with its
    credentials; their values are never here.
    """

    type: str
    secret: SecretKey | None = None
    channel: str = ""
    to: str = ""
    sender: str = ""
    smarthost: str = ""
    username: str = ""


def read_receivers(reading: Reading, value: object, path: str) -> tuple[Receiver, ...]:
    return tuple(
        _receiver(reading, entry, f"{path}[{number}]") for number, entry in enumerate(reading.listed(value, path))
    )


def _receiver(reading: Reading, value: object, path: str) -> Receiver:
    if not isinstance(value, Mapping):
        reading.refuse(
            path,
            "is not a mapping",
            expected="type and secret, such as {type: slack, channel: '#team', secret: {name: alerting, key: url}}",
        )
        return Receiver("")
    given = reading.mapping(value, path)
    kind = reading.choice(given.get("type", ""), path + ".type", tuple(_FIELDS), "")
    if not kind:
        return Receiver("")
    reading.refuse_unknown_keys(given, path + ".", ("type", *_FIELDS[kind]))
    secret = _secret(reading, given.get("secret"), path + ".secret")
    if secret is None and "secret" not in given and kind != "email":
        reading.refuse(path + ".secret", "is missing", expected=_BY_REFERENCE)
    return Receiver(
        kind,
        secret,
        channel=_channel(reading, given.get("channel"), path + ".channel"),
        to=_address(reading, given.get("to"), path + ".to", required=kind == "email"),
        sender=_address(reading, given.get("from"), path + ".from"),
        smarthost=_smarthost(reading, given.get("smarthost"), path + ".smarthost"),
        username=_username(reading, given, path),
    )


def _secret(reading: Reading, value: object, path: str) -> SecretKey | None:
    if value is None:
        return None
    given: dict[str, Any] = dict(value) if isinstance(value, Mapping) else {}
    name, key = given.get("name"), given.get("key")
    if set(given) != {"name", "key"} or not isinstance(name, str) or not isinstance(key, str):
        reading.refuse(path, "does not refer to a Secret", expected=_BY_REFERENCE)
    elif not is_dns_subdomain(name):
        reading.refuse(path + ".name", "is not a Secret's name", expected=_BY_REFERENCE)
    elif not _SECRET_KEY.fullmatch(key):
        reading.refuse(path + ".key", "is not a key of a Secret", expected=_BY_REFERENCE)
    else:
        return SecretKey(name, key)
    return None


def _channel(reading: Reading, value: object, path: str) -> str:
    if isinstance(value, str) and "://" in value:
        reading.refuse(
            path,
            "is a URL and not a channel",
            expected="#name; the URL belongs into a Secret: expected " + _BY_REFERENCE,
        )
        return ""
    return reading.string(value, path)


def _address(reading: Reading, value: object, path: str, *, required: bool = False) -> str:
    text = reading.string(value, path)
    if (required or text) and not _ADDRESS.fullmatch(text):
        reading.refuse(
            path, f"{quoted(text)} is not a mail address" if text else "is missing", expected="team@example.org"
        )
    return text


def _smarthost(reading: Reading, value: object, path: str) -> str:
    text = reading.string(value, path)
    if text and not _HOST_AND_PORT.fullmatch(text):
        reading.refuse(path, "is not a mail server", expected="host:port, without user and password")
        return ""
    return text


def _username(reading: Reading, given: dict[str, Any], path: str) -> str:
    name = reading.string(given.get("username"), path + ".username")
    if name and given.get("secret") is None:
        reading.refuse(
            path + ".secret", "is missing: username needs the Secret with its password", expected=_BY_REFERENCE
        )
    elif given.get("type") == "email" and given.get("secret") is not None and not name:
        reading.refuse(path + ".username", "is missing: secret holds the password of a user")
    return name
