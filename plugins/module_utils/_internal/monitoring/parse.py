# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Options of a tenant's monitoring. An error about a reference to a Secret never quotes the value: somebody may have put
the secret there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ..diagnosis.quoting import quoted
from ..diagnosis.reading import Reading
from ..kube.names import is_dns_subdomain, is_label_value, is_qualified_name
from .options import DashboardOptions, MonitoringOptions, Receiver, SecretKey, Thresholds

KEYS = (
    "enabled",
    "labels",
    "interval",
    "sample_limit",
    "thresholds",
    "receivers",
    "dashboard",
    "runbook_url",
    "directory",
)
_FIELDS = {
    "slack": ("secret", "channel"),
    "webhook": ("secret",),
    "pagerduty": ("secret",),
    "email": ("to", "from", "smarthost", "username", "secret"),
}
"""The keys of a receiver of each type, besides ``type``."""
_DURATION = re.compile(r"[1-9][0-9]{0,4}(ms|s|m|h)", re.ASCII)
_NUMBER = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?", re.ASCII)
_ADDRESS = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+", re.ASCII)
_HOST_AND_PORT = re.compile(r"[A-Za-z0-9]([-A-Za-z0-9.]*[A-Za-z0-9])?:[0-9]{1,5}", re.ASCII)
_SECRET_KEY = re.compile(r"[-._A-Za-z0-9]{1,253}", re.ASCII)
_BY_REFERENCE = "name and key of a Secret in the tenant's namespace: secret: {name: alerting, key: url}"


def read_monitoring(reading: Reading, value: object, path: str) -> MonitoringOptions:
    """Defaults for what is not given. A boolean says only whether there is monitoring."""
    given = {"enabled": value} if isinstance(value, bool) else reading.mapping(value, path)
    reading.refuse_unknown_keys(given, path + ".", KEYS)
    default = MonitoringOptions()
    return MonitoringOptions(
        enabled=reading.boolean(given.get("enabled"), path + ".enabled", default.enabled),
        labels=_labels(reading, given.get("labels"), path + ".labels"),
        interval=_interval(reading, given.get("interval"), path + ".interval", default.interval),
        sample_limit=_sample_limit(reading, given.get("sample_limit"), path + ".sample_limit", default.sample_limit),
        thresholds=_thresholds(reading, given.get("thresholds"), path + ".thresholds"),
        receivers=_receivers(reading, given.get("receivers"), path + ".receivers"),
        dashboard=_dashboard(reading, given.get("dashboard"), path + ".dashboard"),
        runbook_url=_url(reading, given.get("runbook_url"), path + ".runbook_url", default.runbook_url),
        directory=reading.directory(given.get("directory"), path + ".directory"),
    )


def _labels(reading: Reading, value: object, path: str) -> dict[str, str]:
    labels: dict[str, str] = {}
    for key, entry in reading.mapping(value, path).items():
        text = reading.string(entry, f"{path}.{key}")
        if not is_qualified_name(key):
            reading.refuse(path, f"the key {quoted(key)} is not valid", expected="name or prefix.example/name")
        elif not is_label_value(text):
            reading.refuse(f"{path}.{key}", f"{quoted(text)} is not a label's value")
        else:
            labels[key] = text
    return labels


def _interval(reading: Reading, value: object, path: str, default: str) -> str:
    text = reading.string(value, path, default)
    if _DURATION.fullmatch(text):
        return text
    reading.refuse(path, f"{quoted(text)} is not a duration", expected="a number with ms, s, m or h, such as 15s")
    return default


def _sample_limit(reading: Reading, value: object, path: str, default: int) -> int:
    if value is None:
        return default
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return value
    reading.refuse(
        path,
        f"{quoted(value)} is not a number of samples",
        expected="1 or more: without a limit one target can fill a Prometheus",
    )
    return default


def _thresholds(reading: Reading, value: object, path: str) -> Thresholds:
    given = reading.mapping(value, path)
    default = Thresholds()
    percents = ("error_percent", "quota_warning_percent", "quota_critical_percent")
    names = ("error_percent", "latency_seconds", "quota_warning_percent", "quota_critical_percent")
    reading.refuse_unknown_keys(given, path + ".", names)
    read = {
        name: _number(reading, given.get(name), f"{path}.{name}", getattr(default, name), percent=name in percents)
        for name in names
    }
    if float(read["quota_warning_percent"]) >= float(read["quota_critical_percent"]):
        message = (
            f"{read['quota_warning_percent']} is not below quota_critical_percent {read['quota_critical_percent']}"
        )
        reading.refuse(f"{path}.quota_warning_percent", message)
    return Thresholds(**read)


def _number(reading: Reading, value: object, path: str, default: str, *, percent: bool) -> str:
    if value is None:
        return default
    text = str(value) if isinstance(value, (int, float, str)) and not isinstance(value, bool) else ""
    if not _NUMBER.fullmatch(text) or float(text) <= 0:
        reading.refuse(path, f"{quoted(value)} is not a number above 0")
    elif percent and float(text) > 100:
        reading.refuse(path, f"{text} is more than 100 percent")
    else:
        return text
    return default


def _receivers(reading: Reading, value: object, path: str) -> tuple[Receiver, ...]:
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


def _dashboard(reading: Reading, value: object, path: str) -> DashboardOptions:
    given = reading.mapping(value, path)
    reading.refuse_unknown_keys(given, path + ".", ("label", "label_value", "folder_annotation", "folder"))
    default = DashboardOptions()
    read = {key: reading.string(given.get(key), f"{path}.{key}", getattr(default, key)) for key in vars(default)}
    for key in ("label", "folder_annotation"):
        if not is_qualified_name(read[key]):
            reading.refuse(f"{path}.{key}", f"{quoted(read[key])} is not valid", expected="name or prefix.example/name")
    if not is_label_value(read["label_value"]):
        reading.refuse(f"{path}.label_value", f"{quoted(read['label_value'])} is not a label's value")
    # The sidecar makes a directory of that name.
    if re.search(r"[/\\]", read["folder"]) or read["folder"].startswith("."):
        reading.refuse(
            f"{path}.folder",
            f"{quoted(read['folder'])} is not a folder's title",
            expected="a title without / and \\ that does not begin with a dot",
        )
    return DashboardOptions(**read)


def _url(reading: Reading, value: object, path: str, default: str) -> str:
    text = reading.string(value, path, default)
    if re.fullmatch(r"https?://[^\s@?#\"<>]+", text):
        return text
    reading.refuse(
        path, "is not the address of a page", expected="https://host/page; the alert's name is added to it as #anchor"
    )
    return default
