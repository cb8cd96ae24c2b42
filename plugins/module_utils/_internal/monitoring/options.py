# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Options of one tenant's monitoring."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from ..diagnosis.quoting import quoted
from ..diagnosis.reading import Reading
from ..kube.names import is_label_value, is_qualified_name
from .receivers import Receiver, read_receivers

RUNBOOKS = "https://github.com/ml-platform/seldon/blob/main/docs/alerts.md"
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

_DURATION = re.compile(r"[1-9][0-9]{0,4}(ms|s|m|h)", re.ASCII)
_NUMBER = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?", re.ASCII)


@dataclass(frozen=True)
class Thresholds:
    """Texts of numbers, as PromQL takes them. Percentages are of 100."""

    error_percent: str = "5"
    latency_seconds: str = "1"
    quota_warning_percent: str = "80"
    quota_critical_percent: str = "95"


@dataclass(frozen=True)
class DashboardOptions:
    """How Grafana's sidecar finds a dashboard and its folder. ``folder`` empty: the tenant's name."""

    label: str = "grafana_dashboard"
    label_value: str = "1"
    folder_annotation: str = "grafana_folder"
    folder: str = ""


@dataclass(frozen=True)
class MonitoringOptions:
    """``labels`` are those by which a Prometheus selects monitors and rules; ``directory`` is where the objects are
    written as a file.
    """

    enabled: bool = True
    labels: Mapping[str, str] = field(default_factory=dict)
    interval: str = "15s"
    sample_limit: int = 10000
    thresholds: Thresholds = Thresholds()
    receivers: tuple[Receiver, ...] = ()
    dashboard: DashboardOptions = DashboardOptions()
    runbook_url: str = RUNBOOKS
    directory: str = ""


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
        receivers=read_receivers(reading, given.get("receivers"), path + ".receivers"),
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
