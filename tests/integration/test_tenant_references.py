# SPDX-License-Identifier: GPL-3.0-or-later
"""Names that objects give of others are checked before the write, against the folder and the cluster."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from tests.integration.tenancy import Tenancy

ALPHA = "mlops.seldon.io/v1alpha1"


def seldon(kind: str, name: str, **spec: Any) -> dict[str, Any]:
    return {"apiVersion": ALPHA, "kind": kind, "metadata": {"name": name}, "spec": spec}


def deployment(**pod: Any) -> dict[str, Any]:
    labels = {"app": "web"}
    containers = [
        {"name": "web", "image": "registry.example/web:1", "resources": {"limits": {"cpu": "10m", "memory": "16Mi"}}}
    ]
    template = {"metadata": {"labels": labels}, "spec": {"containers": containers, **pod}}
    spec = {"replicas": 0, "selector": {"matchLabels": labels}, "template": template}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": spec}


def secret(name: str, namespace: str = "") -> dict[str, Any]:
    metadata = {"name": name, **({"namespace": namespace} if namespace else {})}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "stringData": {"key": "value"}}


def folder(path: Path, *objects: dict[str, Any]) -> Path:
    path.mkdir(exist_ok=True)
    (path / "team.yaml").write_text(yaml.safe_dump_all(objects, explicit_start=True))
    return path


SERVER = seldon("Server", "mlserver", serverConfig="mlserver")
IRIS = seldon("Model", "iris", storageUri="gs://seldon-models/mlserver/iris", requirements=["sklearn"])


def test_what_the_scheduler_never_accepts_is_refused_before_anything_is_written(
    tenancy: Tenancy, tmp_path: Path
) -> None:
    members = [{"name": "iris", "weight": 1}]
    steps = [{"name": "iris"}]
    wrong = [
        seldon("Model", "typo", storageUri="gs://a/b", requirements=["scikit-learn"]),
        seldon("Model", "lost", storageUri="gs://a/b", server="mlservr"),
        seldon("Experiment", "one", default="iris", candidates=members),
        seldon("Experiment", "two", default="iris", candidates=members),
        seldon("Experiment", "three", candidates=[{"name": "irs", "weight": 1}]),
        seldon("Pipeline", "p", steps=steps, output={"steps": ["irsi"]}),
    ]
    said = tenancy.refused("references", [folder(tmp_path / "team", SERVER, IRIS, *wrong)])
    for words in (
        'Model typo: Server mlserver does not offer "scikit-learn" (spec.requirements)',
        '  did you mean "sklearn"?',
        "Model lost: Server mlservr does not exist in references (spec.server)",
        '  did you mean "mlserver"?',
        'Experiment one: spec.default: "iris" is the default of Experiment two too',
        "Experiment three: Model irs (spec.candidates[0].name) does not exist in references",
        '  did you mean "iris"?',
        'Pipeline p: spec.output.steps[0]: "irsi" is not a step of the Pipeline',
    ):
        assert words in said, (words, said)
    assert "team.yaml:" in said.splitlines()[0]
    assert tenancy.lab.kubectl("get", "namespace", "references", "--ignore-not-found") == ""


def test_with_warn_they_are_notes(tenancy: Tenancy, tmp_path: Path) -> None:
    wrong = seldon("Model", "typo", storageUri="gs://a/b", requirements=["scikit-learn"])
    result = tenancy.done(
        "references-warn", [folder(tmp_path / "team", SERVER, IRIS, wrong)], checks="warn", wait=False
    )
    assert any('does not offer "scikit-learn"' in note for note in result["notes"])


def test_two_experiments_with_one_default_across_folder_and_cluster(tenancy: Tenancy, tmp_path: Path) -> None:
    one = seldon("Experiment", "one", default="iris", candidates=[{"name": "iris", "weight": 1}])
    tenancy.done("references-two", [folder(tmp_path / "team", SERVER, IRIS, one)])
    by_hand = {**one, "metadata": {"name": "by-hand", "namespace": "references-two"}}
    tenancy.apply(by_hand)
    said = tenancy.refused("references-two", [folder(tmp_path / "team", SERVER, IRIS, one)])
    assert 'Experiment one: spec.default: "iris" is the default of Experiment by-hand too' in said


def test_what_may_still_come_is_a_note_with_the_near_spelling_of_the_cluster(tenancy: Tenancy, tmp_path: Path) -> None:
    tenant = "references-later"
    team = [
        deployment(
            serviceAccountName="robot",
            priorityClassName="gold",
            volumes=[{"name": "v", "secret": {"secretName": "cred"}}],
        )
    ]
    result = tenancy.done(tenant, [folder(tmp_path / "team", *team)])
    notes = "\n".join(result["notes"])
    for words in ("Secret cred (", "ServiceAccount robot (", "PriorityClass gold ("):
        assert words in notes, notes
    assert "correct the name, or create it in references-later" in notes
    tenancy.apply(secret("creds", tenant))
    result = tenancy.done(tenant, [folder(tmp_path / "team", *team)])
    assert any("Secret cred (" in note and note.endswith('did you mean "creds"?') for note in result["notes"])
    tenancy.apply(secret("cred", tenant))
    assert not any(
        "Secret cred (" in note for note in tenancy.done(tenant, [folder(tmp_path / "team", *team)])["notes"]
    )


def test_a_secret_that_the_run_removes_does_not_count(tenancy: Tenancy, tmp_path: Path) -> None:
    tenant = "references-removed"
    named = deployment(volumes=[{"name": "v", "secret": {"secretName": "creds"}}])
    result = tenancy.done(tenant, [folder(tmp_path / "team", named, secret("creds"))])
    assert not any("creds" in note for note in result["notes"])
    result = tenancy.done(tenant, [folder(tmp_path / "team", named)])
    assert any("Secret creds (" in note for note in result["notes"])


def test_a_null_argument_is_refused_with_its_line(tenancy: Tenancy, tmp_path: Path) -> None:
    wrong = deployment(containers=[{"name": "web", "image": "a", "args": ["--name", None, "--port", "1"]}])
    said = tenancy.refused("references-null", [folder(tmp_path / "team", wrong)])
    assert "spec.template.spec.containers[0].args[1]: is null: a list cannot hold an empty item" in said
    assert "team.yaml:" in said


def test_a_wrong_namespace_in_every_object_is_one_line(tenancy: Tenancy, tmp_path: Path) -> None:
    objects = [secret(f"s{number}", "other") for number in range(38)]
    said = tenancy.refused("references-namespace", [folder(tmp_path / "team", *objects)])
    assert len(said.splitlines()) == 1 and "and 34 more" in said
