# SPDX-License-Identifier: GPL-3.0-or-later
"""The summary's text for each outcome of a tenant's run."""

from __future__ import annotations

from typing import Any

from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.applyset.held import NOTATION
from ansible_collections.ml_platform.seldon.plugins.plugin_utils._summary.outcome import Outcome
from ansible_collections.ml_platform.seldon.plugins.plugin_utils._summary.text import summary_lines

RERUN = "ansible-playbook playbooks/seldon-deploy.yml"


def result(**changes: Any) -> dict[str, Any]:
    """A result of the module `tenant`."""
    server = {
        "name": "mlserver",
        "server_config": "mlserver-config",
        "namespace": "a",
        "source": "own",
        "hides_platform": True,
    }
    return {
        "changed": True,
        "namespace": "a",
        "servers": [server],
        "models": ["m1", "m2"],
        "counts": {"created": 3},
        "objects": [],
        **changes,
    }


def text(*outcomes: Outcome) -> str:
    return "\n".join(summary_lines(outcomes, RERUN))


def test_ready_names_the_config_and_the_next_step() -> None:
    shown = text(Outcome("a", 41.4, result()))
    assert "ready in 41 s" in shown
    assert "ServerConfig a/mlserver-config (own; hides the platform's)" in shown
    assert "m1, m2" in shown
    assert "3 created" in shown
    assert "svc/seldon-mesh 8080:80" in shown


def test_a_server_without_a_config_is_not_said_to_have_the_platforms() -> None:
    wanted = "x\x1b[31m\nb                          ready in 1 s"
    server = {
        "name": "mlserver",
        "server_config": wanted,
        "namespace": "",
        "source": "unresolved",
        "hides_platform": False,
    }
    lines = summary_lines([Outcome("a", 1, result(servers=[server], notes=["why"]))], RERUN)
    assert lines[1].split() == ["Server", "mlserver", "no", "ServerConfig:", "see", "the", "note"]
    assert not any("\n" in line or "\x1b" in line for line in lines)


def test_what_others_wrote_moves_no_cursor() -> None:
    said = "Server a/s: \x1b[2Jnot\x07 found\r\u202eb ready\n  second line"
    lines = summary_lines(
        [Outcome("a", 1, {"changed": True}, failure=said), Outcome("b", 1, result(notes=[said]))], RERUN
    )
    assert all(line.isprintable() for line in lines)
    assert any(line.startswith("  Server a/s: ") for line in lines) and "    second line" in lines


def test_unchanged_says_so() -> None:
    assert "nothing changed" in text(Outcome("a", 1, result(changed=False, counts={"unchanged": 3})))


def test_check_mode_promises_nothing() -> None:
    shown = text(Outcome("a", 1, result(), check_mode=True))
    assert "would be changed" in shown
    assert "ready" not in shown
    assert "next" not in shown


def test_failures_come_last_with_cause_and_rerun() -> None:
    failed = Outcome("a", 1, {"changed": False}, failure='Server x: ServerConfig "y" does not exist\n  looked in a')
    lines = summary_lines([failed, Outcome("b", 1, result(namespace="b"))], RERUN)
    assert lines[0].startswith("b ")
    shown = "\n".join(lines)
    assert "failed before anything was written" in shown
    assert '  Server x: ServerConfig "y" does not exist\n    looked in a' in shown
    assert f"{RERUN} --limit a" in shown


def test_a_failure_after_writing_does_not_claim_that_nothing_was_written() -> None:
    assert "before anything" not in text(Outcome("a", 1, result(), failure="not ready within 5 s"))


def test_objects_left_to_the_team_are_grouped_by_reason() -> None:
    left = [
        {"kind": "Model", "name": f"m{n}", "action": "left alone", "reason": "applied by kubectl"} for n in range(5)
    ]
    shown = text(Outcome("a", 1, result(objects=left)))
    assert "Model m0, Model m1, Model m2 and 2 more: applied by kubectl" in shown


def test_a_tenant_that_was_only_checked_promises_nothing() -> None:
    shown = text(Outcome("a", 1, result(), check_mode=True, stopped=True))
    assert "not deployed" in shown
    assert "created" not in shown


def test_a_task_that_only_checks_is_never_changed_and_still_says_what_would_be() -> None:
    shown = [
        text(Outcome("a", 1, result(changed=False, counts=counts), check_mode=True))
        for counts in ({"created": 3}, {"kept": 3})
    ]
    assert "would be changed" in shown[0] and "in the desired state" in shown[1]


def test_what_an_object_that_is_left_would_have_done_stands_below_it() -> None:
    left = [
        "a.yaml:1  NetworkPolicy p: no; remove it\n  selects every planned pod\n  alone it would cut nothing",
        "b.yaml:1  ResourceQuota q: no; remove it",
    ]
    lines = text(Outcome("a", 1, result(left=left), check_mode=True)).splitlines()
    first = next(number for number, line in enumerate(lines) if "left to the platform" in line)
    assert lines[first : first + 4] == [
        "  left to the platform     a.yaml:1  NetworkPolicy p: no; remove it",
        f"{'':27}  selects every planned pod",
        f"{'':27}  alone it would cut nothing",
        f"{'':27}b.yaml:1  ResourceQuota q: no; remove it",
    ]


MONITORING = "monitoring: the cluster does not serve PodMonitor\n  install the Prometheus Operator"


def test_equal_notes_of_several_tenants_are_one() -> None:
    outcomes = [
        Outcome(name, 1, result(notes=[MONITORING], warnings=["w"] if name == "a" else [])) for name in ("c", "a", "b")
    ]
    lines = summary_lines([*outcomes, Outcome("z", 1, {"changed": False}, failure="cause")], RERUN)
    assert [line for line in lines if "monitoring" in line] == [
        "  note of 3 tenants        monitoring: the cluster does not serve PodMonitor   install the Prometheus Operator"
    ]
    headings = [line.split()[0] for line in lines if not line.startswith(" ")]
    assert headings == ["a", "b", "c", "several", "z"]
    assert [line.split() for line in lines if line.split()[0] == "note"] == [
        ["note", "w"],
        ["note", "of", "3", "tenants", *MONITORING.split()],
    ]


def test_notes_that_differ_stay_with_their_tenants() -> None:
    lines = summary_lines([Outcome(name, 1, result(notes=[f"Server {name}: left"])) for name in ("a", "b")], RERUN)
    assert [line.split(maxsplit=1)[1] for line in lines if line.startswith("  note")] == [
        "Server a: left",
        "Server b: left",
    ]
    assert "several tenants" not in lines


def test_a_note_of_one_tenant_said_twice_is_of_one_tenant() -> None:
    lines = summary_lines([Outcome("a", 1, result(notes=["n"], warnings=["n"]))], RERUN)
    assert [line.split() for line in lines if "note" in line] == [["note", "n"]]


def test_a_tenant_whose_notes_are_not_shown_is_not_counted() -> None:
    shown = Outcome("a", 1, result(notes=["n"]))
    hidden = [Outcome("b", 1, result(notes=["n"]), stopped=True), Outcome("c", 1, result(notes=["n"]), failure="cause")]
    assert not any("tenants" in line for line in summary_lines([shown, *hidden], RERUN))


def held(name: str, field: str, *owners: str, allowed_by: str = "", action: str = "unchanged") -> dict[str, Any]:
    fields = [{"field": field, "owners": list(owners), "allowed_by": allowed_by}]
    return {"kind": "Deployment", "name": name, "action": action, "reason": "", "fields": [], "held": fields}


def test_fields_that_stay_different_are_named_with_their_owner_and_the_next_step() -> None:
    objects = [held(name, ".spec.replicas", "kubectl") for name in ("a", "b")]
    lines = text(Outcome("t", 4, result(changed=False, objects=objects))).splitlines()
    assert lines[0] == f"{'t':<26} ready in 4 s, nothing changed, 2 objects stay different"
    assert [line for line in lines if "replicas" in line] == [
        '  stays different          Deployment a, Deployment b: .spec.replicas belongs to "kubectl". Use that value in the'
        " manifest, or set the manifest's value with the tool of the owner: docs/ownership.md"
    ]


def test_a_check_of_objects_that_stay_different_does_not_call_it_the_desired_state() -> None:
    def headline(*objects: dict[str, Any], **changes: Any) -> str:
        outcome = Outcome("t", 1, result(changed=False, counts={}, objects=[*objects], **changes), check_mode=True)
        return text(outcome).splitlines()[0].partition(" ")[2].strip()

    assert headline(held("a", ".x", "helm")) == "1 object stays different"
    assert headline(held("a", ".x", "manager", allowed_by="its limits")) == "in the desired state"
    both = result(changed=True, objects=[held("a", ".x", "helm")])
    assert "would be changed, 1 object stays different" in text(Outcome("t", 1, both, check_mode=True))


def test_replicas_within_written_limits_are_shown_and_the_servers_notation_is_not() -> None:
    objects = [
        held("web", ".spec.replicas", "kube-controller-manager", allowed_by="HorizontalPodAutoscaler web"),
        held("same", ".spec.memory", "kubectl", allowed_by=NOTATION),
    ]
    lines = text(Outcome("t", 1, result(objects=objects))).splitlines()
    assert [line for line in lines if "Deployment" in line] == [
        '  scaled                   Deployment web: .spec.replicas is set by "kube-controller-manager", within HorizontalPodAutoscaler web'
    ]


def test_a_take_over_is_reported() -> None:
    reason = 'exists already, applied by "kubectl-create"; the run replaces .metadata.labels.a'
    taken = {**held("x", ".x"), "kind": "Namespace", "name": "t", "action": "taken over", "reason": reason, "held": []}
    assert f"  taken over               Namespace t: {reason}" in text(Outcome("t", 1, result(objects=[taken])))
