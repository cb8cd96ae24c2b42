# SPDX-License-Identifier: GPL-3.0-or-later
"""Names that are allowed for a tenant's namespace."""

from __future__ import annotations

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.diagnosis.render import as_text
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.options.tenant_name import (
    FIELD,
    check_tenant_name,
)
from hypothesis import given
from hypothesis import strategies as st

LABEL = st.from_regex(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?", fullmatch=True)


@pytest.mark.parametrize(
    "name", ["fraud-detection", "a", "123", "true", "null", "0x1f", "1e3", "kube", "ingress", "x" * 63, "a--b"]
)
def test_names_that_kubernetes_accepts(name: str) -> None:
    assert check_tenant_name(name, "seldon-system") == []


@pytest.mark.parametrize(
    "name",
    [
        "default",
        "kube-system",
        "kube-anything",
        "openshift-x",
        "seldon-system",
        "istio-system",
        "monitoring",
        "cert-manager",
        "ingress-nginx",
    ],
)
def test_reserved_names_are_refused(name: str) -> None:
    [problem] = check_tenant_name(name, "platform")
    assert str(problem.subject) == FIELD and "reserved" in problem.message and problem.next_steps


def test_the_platform_namespace_and_further_reserved_names_are_refused() -> None:
    assert (
        check_tenant_name("ml", "ml")
        and check_tenant_name("team-infra", "ml", ["team-infra"])
        and check_tenant_name("sys-x", "ml", ["sys-*"])
    )
    assert check_tenant_name("default", "ml", []), "more reserved names never free one"


@pytest.mark.parametrize(
    "name",
    [
        "",
        "a\n",
        "-a",
        "a-",
        "A",
        "a.b",
        "a/b",
        "../x",
        "fr\u0430ud",
        "a" * 64,
        "a b",
        "{{ x }}",
        "x\n  labels: {admin: 'true'}",
        "a\x00",
        "\uff41",
    ],
)
def test_hostile_names_are_refused_on_one_plain_line(name: str) -> None:
    [problem] = check_tenant_name(name, "seldon-system")
    assert all(line.isascii() and len(line) < 200 for line in as_text(problem).splitlines())
    assert len(as_text(problem).splitlines()) == 1 + bool(problem.expected) + len(problem.next_steps)


@pytest.mark.parametrize("name", [None, 123, True, 1.5, ["a"], {"a": 1}])
def test_other_types_are_refused_with_the_hint_to_quote(name: object) -> None:
    [problem] = check_tenant_name(name, "seldon-system")
    assert "not a string" in problem.message and "quote it" in problem.next_step


def test_a_near_miss_gets_a_suggestion() -> None:
    [problem] = check_tenant_name("Fraud_Detection", "seldon-system")
    assert problem.next_step == 'did you mean "fraud-detection"?'


@given(st.text(max_size=70))
def test_any_text_is_refused_unless_it_is_a_dns_label(name: str) -> None:
    allowed = set("abcdefghijklmnopqrstuvwxyz0123456789-")
    is_label = 0 < len(name) <= 63 and set(name) <= allowed and name[0] != "-" and name[-1] != "-"
    if not is_label:
        assert check_tenant_name(name, "seldon-system")


@given(LABEL)
def test_a_dns_label_is_refused_only_because_it_is_reserved(name: str) -> None:
    assert all("reserved" in problem.message for problem in check_tenant_name(name, "p" * 64))
