# SPDX-License-Identifier: GPL-3.0-or-later
"""Values of a team's Secrets are in the cluster, and never in the output of a run."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from tests.integration.tenancy import Tenancy

CANARY = "canary-7f3a9c51"
HEAD = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: storage\n"
GENERATOR = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nsecretGenerator:\n- name: storage\n"


def hides_the_value(result: Any) -> bool:
    """Whether the result contains neither the value nor its base64 form at any offset."""
    text = json.dumps(result, ensure_ascii=False)
    forms = {CANARY} | {base64.b64encode(b" " * shift + CANARY.encode()).decode()[4:-4] for shift in range(3)}
    return not any(form in text for form in forms)


def folder(path: Path, text: str) -> Path:
    """A directory with one file: a kustomization or a manifest."""
    path.mkdir(exist_ok=True)
    (path / ("kustomization.yaml" if "secretGenerator" in text else "secret.yaml")).write_text(text)
    return path


GOOD = {
    "stringData": HEAD + f"stringData:\n  key: {CANARY}\n",
    "data": HEAD + f"data:\n  key: {base64.b64encode(CANARY.encode()).decode()}\n",
    "generator": GENERATOR + f"  literals: [key={CANARY}]\n",
}


@pytest.mark.parametrize("case", GOOD)
def test_in_no_result_of_a_run_that_succeeds(tenancy: Tenancy, tmp_path: Path, case: str) -> None:
    tenant = f"secret-{case.lower()}"
    manifests = [folder(tmp_path / "m", GOOD[case])]
    said = [tenancy.done(tenant, manifests, check=True, diff=True), tenancy.done(tenant, manifests, diff=True)]
    [name] = [name for name in tenancy.names("secrets", tenant) if name.startswith("storage")]
    assert base64.b64decode(tenancy.get("secret", name, tenant)["data"]["key"]).decode() == CANARY
    other = base64.b64encode(f"x{CANARY}".encode()).decode()
    folder(
        tmp_path / "m",
        GOOD[case].replace(base64.b64encode(CANARY.encode()).decode(), other).replace(CANARY, f"x{CANARY}"),
    )
    said += [tenancy.done(tenant, manifests, check=True, diff=True), tenancy.done(tenant, manifests, diff=True)]
    folder(tmp_path / "m", GOOD[case])
    tenancy.patch(
        "secret",
        next(n for n in tenancy.names("secrets", tenant) if n.startswith("storage")),
        tenant,
        {"stringData": {"key": f"y{CANARY}"}},
    )
    said.append(tenancy.done(tenant, manifests, diff=True))
    assert all(result["diff"] for result in said[:4])
    assert hides_the_value(said)


BAD = {
    "no base64": (HEAD + f"data:\n  key: {CANARY}\n", "data[key]: is not base64"),
    "an alias": (HEAD + f"stringData:\n  key: *{CANARY}\n", "secret.yaml:6"),
    "a tag": (HEAD + f"stringData:\n  key: !{CANARY} x\n", "secret.yaml:6"),
    "no YAML": (HEAD + f"stringData:\n  key: {CANARY}: x\n", "secret.yaml:6"),
    "refused by the server": (
        HEAD + f"type: kubernetes.io/dockerconfigjson\nstringData:\n  .dockerconfigjson: {CANARY}\n",
        "secret.yaml:1",
    ),
    "a key that is none": (HEAD + f"stringData:\n  a/b: {CANARY}\n", "data[a/b]"),
    "a field that is none": (HEAD + f"stringDatum:\n  key: {CANARY}\n", "stringDatum"),
    "a literal that is none": (
        GENERATOR + f"  literals: [{CANARY}]\n",
        "because it may contain values of the folder's Secrets",
    ),
}


@pytest.mark.parametrize("exists", [False, True], ids=["new tenant", "old tenant"])
@pytest.mark.parametrize("case", BAD)
def test_in_no_refusal(tenancy: Tenancy, tmp_path: Path, case: str, exists: bool) -> None:
    tenant = "secret-old" if exists else "secret-new"
    if exists:
        tenancy.done(tenant, wait=False)
    text, expected = BAD[case]
    mark = tenancy.lab.audit.mark()
    result = tenancy.run(tenant, [folder(tmp_path / "m", text)], diff=True)
    assert result["failed"] and expected in result["msg"]
    assert hides_the_value(result)
    assert tenancy.writes(mark) == []
