# SPDX-License-Identifier: GPL-3.0-or-later
"""A Model with several wrong fields, on the real API server with Seldon's CRDs."""

from __future__ import annotations

from pathlib import Path

from tests.integration.tenancy import Tenancy

MODEL = """\
apiVersion: mlops.seldon.io/v1alpha1
kind: Model
metadata:
  name: m
spec:
  storageUri: 5
  memoryy: "1"
  replicas: two
  requirments: [a]
  minReplicas: x
---
apiVersion: mlops.seldon.io/v1alpha1
kind: Server
metadata:
  name: mlserver
spec:
  serverConfig: mlserver
"""


def test_every_wrong_field_of_a_model_is_named_at_once(tenancy: Tenancy, tmp_path: Path) -> None:
    (tmp_path / "model.yaml").write_text(MODEL)
    fields = {
        "spec.memoryy: unknown field",
        "spec.requirments: unknown field",
        "spec.storageUri: must be of type string, not integer",
        "spec.replicas: must be of type integer, not string",
        "spec.minReplicas: must be of type integer, not string",
    }
    for tenant, waits in (("wrong-fields", False), ("wrong-fields-later", True)):
        if waits:
            tenancy.done(tenant, wait=False)
        said = tenancy.refused(tenant, [tmp_path])
        [line] = [line for line in said.splitlines() if f"Model {tenant}/m" in line]
        assert "5 fields are wrong: " in line, line
        named = line.partition("are wrong: ")[2].removesuffix(". Correct the fields")
        assert set(named.split("; ")) == fields
