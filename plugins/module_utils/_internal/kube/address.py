# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The address of an API server or of a proxy, checked before anything is sent to it."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit

from .errors import ConfigurationError

_SERVER = "https://HOST:PORT, for example https://10.0.0.1:6443"
_IPV6 = "https://[2001:db8::1]:6443"
_PROXY = "http://HOST:PORT, for example http://proxy.example.com:3128"


def server_address(value: object, source: str) -> str:
    """The URL without a slash at its end. An address without a scheme gets https: libraries would use http and send the
    credentials as plain text. ``source`` names the option, variable or field.

    Raises ConfigurationError.
    """
    text = _one_word(value, source, _SERVER)
    url = _parts(text if "://" in text else f"https://{text}", source, _SERVER)
    if url.scheme not in {"http", "https"}:
        raise _wrong(source, f"is {text!r}, with the scheme {url.scheme}", _SERVER)
    return f"{url.scheme}://{url.netloc}{url.path}".rstrip("/")


def proxy_address(value: object, source: str) -> str:
    """The URL of an HTTP proxy, unchanged. Raises ConfigurationError."""
    text = _one_word(value, source, _PROXY)
    if "://" not in text:
        raise ConfigurationError(
            f"{source} is {text.rpartition('@')[2]!r}, without a scheme. Write http://{text.rpartition('@')[2]}"
        )
    if text.lower().startswith("socks"):
        raise _wrong(source, "names a SOCKS proxy, which is not supported", _PROXY)
    url = _parts(text, source, _PROXY, user_info=True)
    if url.scheme not in {"http", "https"}:
        raise _wrong(source, f"has the scheme {url.scheme}", _PROXY)
    return text


def without_user_info(url: str) -> str:
    """The URL of :func:`proxy_address` for messages: scheme, host and port."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def _one_word(value: object, source: str, expected: str) -> str:
    if not isinstance(value, str):
        raise _wrong(source, f"is of type {type(value).__name__}", expected)
    if not value:
        raise _wrong(source, "is empty", expected)
    if not value.isascii() or not value.isprintable() or " " in value:
        raise _wrong(source, "has a space, or a character that no address can have", expected)
    return value


def _parts(text: str, source: str, expected: str, *, user_info: bool = False) -> SplitResult:
    """The parts of a URL. User names and passwords are not shown, and only accepted with ``user_info``."""
    url = _split(text)
    if url is None:
        raise _wrong(source, "has brackets that do not match", expected)
    host = url.netloc.rpartition("@")[2]
    if host != url.netloc and not user_info:
        raise _wrong(
            source, "contains a user name or a password", f"{expected}, and credentials in options of their own"
        )
    if host.count(":") > 1 and not host.startswith("["):
        raise _wrong(source, f"contains {host!r}, an IPv6 address without brackets", _IPV6)
    if not url.hostname:
        raise _wrong(source, "has no host", expected)
    if not _has_valid_port(url, host):
        raise _wrong(source, f"contains {host!r}, and its port is not a number from 1 to 65535", expected)
    if url.query or url.fragment:
        raise _wrong(source, "has a query or a fragment", expected)
    return url


def _split(text: str) -> SplitResult | None:
    try:
        return urlsplit(text)
    except ValueError:
        return None


def _has_valid_port(url: SplitResult, host: str) -> bool:
    """Also for an address without a port, but not for one that ends with the colon."""
    try:
        return url.port != 0 and not host.endswith(":")
    except ValueError:
        return False


def _wrong(source: str, problem: str, expected: str) -> ConfigurationError:
    return ConfigurationError(f"{source} {problem}. Expected {expected}")
