# SPDX-License-Identifier: GPL-3.0-or-later
"""A team's Job that disappears after its end: in a run, in the drift check, and in the quota's prediction."""

from __future__ import annotations

from pathlib import Path

from tests.integration.tenancy import Tenancy, actions

JOB = """\
apiVersion: batch/v1
kind: Job
metadata:
  name: load-data
spec:
  ttlSecondsAfterFinished: 0
  template:
    spec:
      restartPolicy: Never
      containers:
        - {name: load, image: busybox}
"""


def test_a_finished_job_is_no_drift_and_needs_no_quota(tenancy: Tenancy, tmp_path: Path) -> None:
    (tmp_path / "job.yaml").write_text(JOB)
    first = tenancy.done("jobs", [tmp_path], quota={"count/jobs.batch": "1"})
    assert actions(first)["Job load-data"] == "created"
    tenancy.lab.kubectl("wait", "--for=delete", "job/load-data", "-n", "jobs", "--timeout=60s")
    drift = tenancy.done("jobs", [tmp_path], check=True, quota={"count/jobs.batch": "1"})
    assert (actions(drift)["Job load-data"], drift["changed"]) == ("finished", False)
    none_left = tenancy.done("jobs", [tmp_path], quota={"count/jobs.batch": "0"})
    assert actions(none_left)["Job load-data"] == "finished"
    (tmp_path / "job.yaml").write_text(JOB.replace("busybox", "nginx"))
    said = tenancy.refused("jobs", [tmp_path], quota={"count/jobs.batch": "0"})
    assert "count/jobs.batch: 0 of 0 are in use, and this asks for 1 more" in said
