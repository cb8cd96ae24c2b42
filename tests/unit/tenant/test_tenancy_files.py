# SPDX-License-Identifier: GPL-3.0-or-later
"""Files of a tenant's run: written once, predicted in check mode, and never written partly."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.files import (
    File,
    unwritable,
    write_files,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.options.tenant_options import (
    parse_options,
)


def test_written_predicted_and_left_alone(tmp_path: Path) -> None:
    file = File(tmp_path / "new" / "t.yaml", "a: 1\n")
    predicted = write_files([file], check_mode=True)
    assert predicted["changed"] and not file.path.parent.exists()
    real = write_files([file], check_mode=False)
    assert real == predicted and real["files"] == [{"path": str(file.path), "action": "created"}]
    assert file.path.read_text() == "a: 1\n" and os.stat(file.path).st_mode & 0o777 == 0o644
    stamp = file.path.stat().st_mtime_ns
    again = write_files([file], check_mode=False)
    assert again == {"changed": False, "files": [{"path": str(file.path), "action": "unchanged"}], "diff": []}
    assert file.path.stat().st_mtime_ns == stamp and list(file.path.parent.iterdir()) == [file.path]


def test_an_update_shows_both_sides(tmp_path: Path) -> None:
    path = tmp_path / "t.md"
    path.write_text("old\n")
    result = write_files([File(path, "new\n")], check_mode=False)
    assert result["files"][0]["action"] == "updated"
    assert (result["diff"][0]["before"], result["diff"][0]["after"]) == ("old\n", "new\n")


def test_nothing_is_left_behind_where_it_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "t.md").mkdir()
    with pytest.raises(OSError):
        write_files([File(tmp_path / "t.md", "x")], check_mode=False)
    assert [path.name for path in tmp_path.iterdir()] == ["t.md"]


def test_a_directory_that_is_a_file_is_said_before_anything_is_done(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    options = parse_options(
        {
            "name": "t",
            "monitoring": {"directory": str(tmp_path / "file" / "x")},
            "readme": {"directory": str(tmp_path / "fine" / "x")},
        }
    )
    [problem] = unwritable(options)
    assert problem.startswith("tenant_namespace_monitoring.directory:")
    assert unwritable(parse_options({"name": "t"})) == []
