# SPDX-License-Identifier: GPL-3.0-or-later
"""What the scheduler will not accept is found before anything is written, against the folder and the cluster."""

from __future__ import annotations

from typing import Any

from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.diagnosis.render import as_text
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.references.accepted import (
    ineffective,
    refused,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.snapshot import TenantSnapshot

from tests.unit.tenant.builders import MANAGER, KubeObject, applied_by, platform, seldon, server
from tests.unit.tenant.test_tenant_plan import render


def server_config(name: str, capabilities: str) -> KubeObject:
    agent = {"name": "agent", "image": "a", "env": [{"name": "SELDON_SERVER_CAPABILITIES", "value": capabilities}]}
    return seldon("ServerConfig", name, {"podSpec": {"containers": [agent]}}, "seldon-system")


PLATFORM = platform(
    server_configs=[server_config("mlserver", "mlserver,sklearn,xgboost"), server_config("triton", "onnx")]
)
MLSERVER, TRITON = server("mlserver", "mlserver"), server("triton", "triton")


def model(name: str = "iris", **spec: Any) -> KubeObject:
    return seldon("Model", name, {"storageUri": "gs://a/b", **spec})


def experiment(name: str, **spec: Any) -> KubeObject:
    return seldon("Experiment", name, {"candidates": [{"name": "a", "weight": 1}, {"name": "b", "weight": 1}], **spec})


def errors(*team: KubeObject, live: TenantSnapshot | None = None) -> list[str]:
    plan = render(*team, live=live, on=PLATFORM)
    return [as_text(found) for found in refused(team, plan.resolved, plan.workloads)]


def warnings(*team: KubeObject) -> list[str]:
    plan = render(*team, on=PLATFORM)
    return [as_text(found) for found in ineffective(team, plan.resolved, plan.workloads)]


def test_a_requirement_that_no_server_offers_with_the_near_spelling() -> None:
    assert errors(MLSERVER, model(requirements=["scikit-learn"])) == [
        'Model iris: Server mlserver does not offer "scikit-learn" (spec.requirements)\n'
        "  Server mlserver offers mlserver, sklearn, xgboost\n"
        '  did you mean "sklearn"?'
    ]
    assert errors(MLSERVER, TRITON, model(requirements=["scikit-learn"]))[0].startswith(
        'Model iris: no Server offers "scikit-learn" (spec.requirements)\n'
    )
    assert errors(MLSERVER, model(requirements=["sklearn"])) == []


def test_requirements_that_no_server_offers_together() -> None:
    (text,) = errors(MLSERVER, TRITON, model(requirements=["sklearn", "onnx"]))
    assert text.startswith('Model iris: no Server offers all of "sklearn", "onnx" (spec.requirements)')


def test_requirements_against_the_server_that_the_model_names() -> None:
    (text,) = errors(MLSERVER, TRITON, model(requirements=["sklearn"], server="triton"))
    assert text.startswith('Model iris: Server triton does not offer "sklearn" (spec.requirements)')


def test_capabilities_of_the_server_itself_count() -> None:
    own = seldon("Server", "own", {"serverConfig": "mlserver", "capabilities": ["prophet"]})
    assert errors(own, model(requirements=["prophet"])) == []
    assert 'does not offer "sklearn"' in errors(own, model(requirements=["sklearn"]))[0]
    more = seldon("Server", "own", {"serverConfig": "mlserver", "extraCapabilities": ["prophet"]})
    assert errors(more, model(requirements=["prophet", "sklearn"])) == []


def test_a_server_that_does_not_exist() -> None:
    assert errors(MLSERVER, model(server="mlservr")) == [
        'Model iris: Server mlservr does not exist in t (spec.server)\n  did you mean "mlserver"?'
    ]
    (text,) = errors(MLSERVER, model(server="gpu"))
    assert text.endswith("  correct the name, or create the Server; t has mlserver")
    (text,) = errors(model())
    assert text.startswith("Model iris: t has no Server that could load it (spec.requirements)")


def test_a_server_by_hand_counts_and_one_that_the_run_removes_does_not() -> None:
    by_hand = applied_by({**MLSERVER, "metadata": {"name": "mlserver", "namespace": "t"}}, "kubectl")
    assert errors(model(requirements=["sklearn"], server="mlserver"), live=TenantSnapshot(servers=[by_hand])) == []
    ours = applied_by({**MLSERVER, "metadata": {"name": "mlserver", "namespace": "t"}}, MANAGER)
    assert "does not exist in t" in errors(model(server="mlserver"), live=TenantSnapshot(servers=[ours]))[0]


def test_a_server_without_a_config_is_one_cause() -> None:
    assert errors(server("mlserver", "absent"), model(requirements=["scikit-learn"])) == []


def test_two_default_experiments_in_the_folder_or_in_the_cluster() -> None:
    one, two = experiment("one", default="a"), experiment("two", default="a")
    assert [text.splitlines()[0] for text in errors(one, two)] == [
        'Experiment one: spec.default: "a" is the default of Experiment two too, and the scheduler accepts one Experiment per default',
        'Experiment two: spec.default: "a" is the default of Experiment one too, and the scheduler accepts one Experiment per default',
    ]
    assert len(errors(one, live=TenantSnapshot(experiments=[applied_by(two, "kubectl")]))) == 1
    assert errors(one, live=TenantSnapshot(experiments=[applied_by(two, MANAGER)])) == []


def test_a_default_that_is_no_candidate_with_the_near_spelling() -> None:
    obj = seldon("Experiment", "e", {"default": "fraud-v1", "candidates": [{"name": "fraud-v1a", "weight": 1}]})
    assert errors(obj) == [
        'Experiment e: spec.default: "fraud-v1" is not one of the candidates\n  did you mean "fraud-v1a"?'
    ]


def test_a_pipeline_that_names_no_step_with_the_near_spelling() -> None:
    steps = [{"name": "scorer"}, {"name": "ranker", "inputs": ["scorr"]}]
    obj = seldon("Pipeline", "p", {"steps": steps, "output": {"steps": ["rankr.outputs"]}})
    assert errors(obj) == [
        'Pipeline p: spec.steps[1].inputs[0]: "scorr" is not a step of the Pipeline\n  did you mean "scorer"?',
        'Pipeline p: spec.output.steps[0]: "rankr" is not a step of the Pipeline\n  did you mean "ranker"?',
    ]


def test_a_storage_secret_of_several_keys() -> None:
    def secret(*keys: str) -> KubeObject:
        data = dict.fromkeys(keys, "x")
        return {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s3"}, "stringData": data}

    named = model(secretName="s3")
    assert errors(MLSERVER, secret("a", "b"), named) == [
        "Model iris: Secret s3 has 2 keys, and Seldon's agent reads a Secret with exactly one (spec.secretName)\n"
        "  keep one key, with the definition of one rclone remote"
    ]
    assert errors(MLSERVER, secret("a"), named) == []


def test_a_server_without_replicas_is_a_warning() -> None:
    idle = seldon("Server", "mlserver", {"serverConfig": "mlserver", "replicas": 0})
    assert errors(idle, model()) == []
    assert warnings(idle, model()) == [
        "Model iris: is not loaded before Server mlserver has a replica: its spec.replicas is 0\n"
        "  set spec.replicas of Server mlserver to 1 or more"
    ]
    assert warnings(idle, TRITON, model()) == []


def test_names_without_an_effect_are_warnings() -> None:
    other = seldon("Pipeline", "other", {"steps": [{"name": "scorer"}]})
    obj = seldon(
        "Pipeline",
        "p",
        {
            "steps": [{"name": "ranker", "tensorMap": {"rankr.outputs.x": "y"}}],
            "input": {"externalInputs": ["other.step.scorr"]},
        },
    )
    assert warnings(other, obj) == [
        'Pipeline p: spec.steps[0].tensorMap[rankr.outputs.x]: "rankr" is not a step of the Pipeline\n  did you mean "ranker"?',
        'Pipeline p: spec.input.externalInputs[0]: "scorr" is not a step of Pipeline other\n  did you mean "scorer"?',
    ]
