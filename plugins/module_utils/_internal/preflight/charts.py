# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The source of the charts: a repository, a registry or a directory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ..diagnosis.diagnostic import Diagnostic
from ..diagnosis.next_step import Command
from ..diagnosis.subject import Subject, option
from ..kube.pyyaml import yaml
from ..seldon.charts import CRDS_CHART, SETUP_CHART
from .request import SUPPORTED, Request

CHARTS = (CRDS_CHART, SETUP_CHART)


@dataclass(frozen=True)
class ChartReference:
    """A chart's arguments for Helm. ``repository`` and ``version`` are empty where ``reference`` is a directory."""

    name: str
    reference: str
    repository: str
    version: str

    @property
    def is_local(self) -> bool:
        """Whether it is a directory."""
        return not self.version


def chart_references(source: str, version: str) -> dict[str, ChartReference]:
    """The charts by name. ``source`` is a repository's URL, an OCI reference or a directory."""
    return {name: _reference(name, source.rstrip("/"), version) for name in CHARTS}


def _reference(name: str, source: str, version: str) -> ChartReference:
    if source.startswith("oci://"):
        return ChartReference(name, f"{source}/{name}", "", version)
    if "://" in source:
        return ChartReference(name, name, source, version)
    return ChartReference(name, str(_directory(source) / name), "", "")


def _directory(source: str) -> Path:
    return Path(source).expanduser().absolute()


def check_source(request: Request, charts: Mapping[str, ChartReference]) -> list[Diagnostic]:
    """The problems of the source that can be found without the network."""
    source, where = request.chart_source, option(request.option("chart_source"))
    scheme, separator, rest = source.partition("://")
    if separator:
        if scheme in ("http", "https", "oci", "file"):
            return []
        expected = "https://, oci:// or a directory"
        return [Diagnostic(where, f"{source}: unknown scheme", expected=expected, next_steps=("correct it",))]
    directory = _directory(source)
    if not directory.is_dir():
        step = f"create the directory with {' and '.join(CHARTS)} in it, or name a repository's URL"
        message = f"directory {directory} does not exist"
        return [Diagnostic(where, message, expected="a directory with both charts", next_steps=(step,))]
    if request.version not in SUPPORTED:
        return []
    return [problem for chart in charts.values() for problem in _check_directory(chart, request)]


def _check_directory(chart: ChartReference, request: Request) -> list[Diagnostic]:
    file, version = Path(chart.reference) / "Chart.yaml", request.version
    subject, expected = Subject(name=str(file)), f"chart {chart.name} {version}"
    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
    except OSError as error:
        what = f"cannot be read ({error.strerror or type(error).__name__})"
        unpack = Command("unpack the chart there", f"helm pull --untar {chart.name}")
        return [Diagnostic(subject, what, expected=expected, next_steps=(unpack,))]
    except (yaml.YAMLError, UnicodeError):
        return [Diagnostic(subject, "is not YAML", expected=expected, next_steps=("unpack the chart again",))]
    metadata = content if isinstance(content, Mapping) else {}
    actual = (metadata.get("name"), metadata.get("version"))
    if actual == (chart.name, version):
        return []
    step = (
        f"set {request.option('version')} to {actual[1]}, or unpack {version} there"
        if actual[1]
        else "unpack the chart again"
    )
    message = f"is chart {actual[0]} {actual[1]}" if all(actual) else "has no chart name and version"
    return [Diagnostic(subject, message, expected=expected, next_steps=(step,))]
