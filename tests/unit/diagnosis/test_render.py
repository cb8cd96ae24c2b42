# SPDX-License-Identifier: GPL-3.0-or-later
"""The forms in which a diagnostic is shown."""

from __future__ import annotations

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.diagnosis.diagnostic import (
    Diagnostic,
    Severity,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.diagnosis.next_step import Command
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.diagnosis.place import Place
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.diagnosis.render import (
    as_line,
    as_marked_lines,
    as_text,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.diagnosis.subject import (
    UNNAMED,
    Subject,
    option,
)
from hypothesis import given
from hypothesis import strategies as st

FULL = Diagnostic(
    Subject("Server", "mlserver"),
    "is -1",
    "spec.replicas",
    "0 or more",
    ("looked in a file",),
    ("correct it", Command("see it", "kubectl get server mlserver -o yaml")),
    Severity.WARNING,
    "negative",
    Place("k8s/server.yaml", 12),
)
BARE = Diagnostic(option("tenant_namespace_name"), "is missing")


@pytest.mark.parametrize(
    ("subject", "title"),
    [
        (Subject("Server", "a"), "Server a"),
        (Subject("Server", "a", "team"), "Server team/a"),
        (Subject("SeldonRuntime", "seldon", part="seldon-scheduler"), "SeldonRuntime seldon, seldon-scheduler"),
        (option("tenant_namespace_quota.pods"), "tenant_namespace_quota.pods"),
        (UNNAMED, ""),
    ],
)
def test_titles_of_subjects(subject: Subject, title: str) -> None:
    assert str(subject) == title


def test_a_line_holds_all_but_the_details() -> None:
    assert as_line(FULL) == (
        "k8s/server.yaml:12  Server mlserver: spec.replicas: is -1; expected 0 or more; correct it; "
        "see it: kubectl get server mlserver -o yaml"
    )
    assert as_line(BARE) == "tenant_namespace_name: is missing"


def test_a_text_has_the_cause_first() -> None:
    assert as_text(FULL).splitlines() == [
        "k8s/server.yaml:12  Server mlserver: is -1",
        "  expected 0 or more",
        "  looked in a file",
        "  correct it",
        "  see it: kubectl get server mlserver -o yaml",
    ]
    assert as_text(BARE) == "tenant_namespace_name: is missing"


def test_marked_lines_begin_with_the_severity() -> None:
    assert as_marked_lines(FULL.about(UNNAMED)) == [
        "warning: spec.replicas is -1",
        "  next: correct it",
        "  next: see it: kubectl get server mlserver -o yaml",
    ]
    assert as_marked_lines(BARE) == ["error: tenant_namespace_name is missing"]


def test_a_diagnostic_is_completed_where_its_subject_and_place_are_known() -> None:
    found = Diagnostic(UNNAMED, "is missing", "spec.podSpec")
    complete = found.about(Subject("Server", "a")).at(Place("a.yaml"))
    assert as_line(complete) == "a.yaml  Server a: spec.podSpec: is missing"
    assert complete.about(UNNAMED).at(None) == found


@given(st.builds(Diagnostic, st.builds(Subject, st.text(), st.text(), st.text(), st.text()), st.text(), st.text(), st.text(), st.lists(st.text()).map(tuple), st.lists(st.text() | st.builds(Command, st.text(), st.text())).map(tuple), st.sampled_from(Severity), st.text(), st.none() | st.builds(Place, st.text(), st.integers(1))))  # fmt: skip
def test_no_part_forges_another_line(found: Diagnostic) -> None:
    assert len(as_line(found).splitlines()) <= 1 and as_line(found).isprintable()
    extra = bool(found.expected) + len(found.details) + len(found.next_steps)
    assert len(as_text(found).split("\n")) == 1 + extra == len(as_text(found).splitlines())
    assert all(len(line.splitlines()) == 1 for line in as_marked_lines(found))
