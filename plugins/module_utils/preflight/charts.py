# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where the charts come from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ..kube.pyyaml import yaml
from .problem import Problem
from .request import CRDS_CHART, SETUP_CHART, SUPPORTED, Request

CHARTS = (CRDS_CHART, SETUP_CHART)


@dataclass(frozen=True)
class ChartReference:
    """A chart as Helm is told: ``repository`` and ``version`` are empty where ``reference`` says all."""

    name: str
    reference: str
    repository: str
    version: str

    @property
    def is_local(self) -> bool:
        """Whether it is a directory, which Helm takes as it is."""
        return not self.version


def chart_references(source: str, version: str) -> dict[str, ChartReference]:
    """By chart name. ``source`` is a repository's URL, an OCI reference or a directory."""
    return {name: _reference(name, source.rstrip("/"), version) for name in CHARTS}


def _reference(name: str, source: str, version: str) -> ChartReference:
    if source.startswith("oci://"):
        return ChartReference(name, f"{source}/{name}", "", version)
    if "://" in source:
        return ChartReference(name, name, source, version)
    return ChartReference(name, str(_directory(source) / name), "", "")


def _directory(source: str) -> Path:
    return Path(source).expanduser().absolute()


def check_source(request: Request, charts: Mapping[str, ChartReference]) -> list[Problem]:
    """What is wrong with the source as far as this machine can tell."""
    source, where = request.chart_source, request.option("chart_source")
    scheme, separator, rest = source.partition("://")
    if separator:
        if scheme in ("http", "https", "oci", "file"):
            return []
        return [Problem(where, f"{source}: unknown scheme", "https://, oci:// or a directory", "correct it")]
    directory = _directory(source)
    if not directory.is_dir():
        step = f"make the directory with {' and '.join(CHARTS)} in it, or name a repository's URL"
        return [Problem(where, f"directory {directory} does not exist", "a directory with both charts", step)]
    if request.version not in SUPPORTED:
        return []
    return [problem for chart in charts.values() for problem in _check_directory(chart, request)]


def _check_directory(chart: ChartReference, request: Request) -> list[Problem]:
    file, version = Path(chart.reference) / "Chart.yaml", request.version
    expected = f"chart {chart.name} {version}"
    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
    except OSError as error:
        what = f"cannot be read ({error.strerror or type(error).__name__})"
        return [Problem(str(file), what, expected, f"unpack the chart there: helm pull --untar {chart.name}")]
    except (yaml.YAMLError, UnicodeError):
        return [Problem(str(file), "is not YAML", expected, "unpack the chart again")]
    said = content if isinstance(content, Mapping) else {}
    if (said.get("name"), said.get("version")) == (chart.name, version):
        return []
    step = (
        f"set {request.option('version')} to {said['version']}, or unpack {version} there"
        if said.get("version")
        else "unpack the chart again"
    )
    return [Problem(str(file), f"is chart {said.get('name')} {said.get('version')}", expected, step)]
