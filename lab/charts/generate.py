# SPDX-License-Identifier: GPL-3.0-or-later
"""Write the stand-in charts, or say what is out of date with ``--check``.

python lab/charts/generate.py
python lab/charts/generate.py --check
python lab/charts/generate.py --openapi api__v1_openapi.json    # renew the embedded core/v1 schemas
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent))

from lab.charts.source import chart, kinds, structural  # noqa: E402

RELEASES = ("2.9.1", "2.10.2")
CORE = HERE / "source" / "core-v1.json"
SETUP = HERE / "source" / "setup"


class _Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]
    def ignore_aliases(self, data: Any) -> bool:
        return True


def files() -> dict[Path, str]:
    """Every generated file and its content."""
    core = json.loads(CORE.read_text())["schemas"]
    result: dict[Path, str] = {}
    for release in RELEASES:
        crds = HERE / release / "seldon-core-v2-crds"
        result[crds / "Chart.yaml"] = _yaml(chart.crds_metadata(release))
        for plural, definition in kinds.crds(release, core).items():
            # Helm must not read braces of a pattern or JSONPath as a template: none of them are doubled.
            result[crds / "templates" / f"{plural}.yaml"] = _yaml(definition)
        setup = HERE / release / "seldon-core-v2-setup"
        result[setup / "Chart.yaml"] = _yaml(chart.setup_metadata(release))
        result[setup / "values.yaml"] = _yaml(chart.setup_values(release))
        for template in sorted(SETUP.glob("*")):
            result[setup / "templates" / template.name] = template.read_text()
    return result


def outdated() -> list[Path]:
    """Generated files that are absent, different, or no longer generated."""
    wanted = files()
    present = {path for release in RELEASES for path in (HERE / release).rglob("*") if path.is_file()}
    changed = {path for path, text in wanted.items() if not path.exists() or path.read_text() != text}
    return sorted(changed | (present - wanted.keys()))


def renew(openapi: Path) -> None:
    """Reduce Kubernetes' published core/v1 OpenAPI v3 document (Apache-2.0) to what Seldon's kinds embed."""
    published = json.loads(openapi.read_text())
    reduced = {
        "origin": "api/openapi-spec/v3/api__v1_openapi.json of k8s.io/kubernetes v1.33.2 (Apache-2.0), reduced to the "
        "schemas that PodSpec and PersistentVolumeClaimSpec refer to, descriptions removed",
        "schemas": structural.reachable(published["components"]["schemas"], [kinds.POD_SPEC, kinds.CLAIM_SPEC]),
    }
    CORE.write_text(json.dumps(reduced, indent=1, sort_keys=True) + "\n")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--openapi", type=Path)
    options = parser.parse_args()
    if options.openapi:
        renew(options.openapi)
    stale = outdated()
    if options.check:
        for path in stale:
            print(f"{path.relative_to(HERE)}: out of date; run python lab/charts/generate.py", file=sys.stderr)
        return 1 if stale else 0
    wanted = files()
    for path in stale:
        if path in wanted:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(wanted[path])
        else:
            path.unlink()
    return 0


def _yaml(data: Any) -> str:
    return yaml.dump(data, Dumper=_Dumper, sort_keys=False, width=120)


if __name__ == "__main__":
    sys.exit(main())
