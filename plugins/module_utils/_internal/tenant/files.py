# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Files that a tenant's run writes on the machine it runs on, where the options ask for them."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..monitoring.objects import as_yaml
from .options.tenant_options import TenantOptions
from .plan import PlannedTenant
from .readme.render import readme


@dataclass(frozen=True)
class File:
    """A text file as it shall be."""

    path: Path
    content: str


def tenant_files(options: TenantOptions, planned: PlannedTenant) -> list[File]:
    """All monitoring objects, also those whose kinds the cluster does not serve, and the README with what is in use."""
    files = []
    if options.monitoring.enabled and options.monitoring.directory:
        files.append(
            File(Path(options.monitoring.directory) / f"{options.name}.yaml", as_yaml(planned.monitoring.objects))
        )
    if options.readme.enabled and options.readme.directory:
        team = [manifest.object for manifest in planned.team]
        content = readme(options, planned.plan, team, planned.assessment.report.lines)
        files.append(File(Path(options.readme.directory) / f"{options.name}.md", content))
    return files


def unwritable(options: TenantOptions) -> list[str]:
    """One line for each directory of the options that cannot be made or written to."""
    wanted = (("monitoring", options.monitoring.directory), ("readme", options.readme.directory))
    return [
        f"tenant_namespace_{key}.directory: {directory} cannot be written to. Expected a directory, or one that can be made there"
        for key, directory in wanted
        if directory and not _is_writable(Path(directory))
    ]


def write_files(files: Iterable[File], *, check_mode: bool) -> dict[str, Any]:
    """``changed``, one entry per file in ``files``, and ``diff``. Raises OSError."""
    entries, diffs = [], []
    for file in files:
        before = file.path.read_text(encoding="utf-8") if file.path.is_file() else None
        action = "created" if before is None else "unchanged" if before == file.content else "updated"
        entries.append({"path": str(file.path), "action": action})
        if action == "unchanged":
            continue
        header = str(file.path)
        diffs.append({"before_header": header, "after_header": header, "before": before or "", "after": file.content})
        if not check_mode:
            _replace(file)
    return {"changed": bool(diffs), "files": entries, "diff": diffs}


def _replace(file: File) -> None:
    """At once, so that nobody reads half of it."""
    file.path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=file.path.parent, prefix=f".{file.path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(file.content)
        os.chmod(temporary, 0o644)
        os.replace(temporary, file.path)
    except BaseException:
        os.unlink(temporary)
        raise


def _is_writable(directory: Path) -> bool:
    existing = next(path for path in (directory, *directory.parents) if path.exists())
    return existing.is_dir() and os.access(existing, os.W_OK | os.X_OK)
