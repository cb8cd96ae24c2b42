# SPDX-License-Identifier: GPL-3.0-or-later
"""Expansion, environment, flags and watch sets: the settings of a container's process."""

from __future__ import annotations

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.container_text import Text, expand
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.operators.environment import environment
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.operators.watch import Scope, Watch, watch
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.seldon.flags import parse_flags
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.seldon.image import (
    Version,
    is_operator_image,
    repository,
    version,
)
from hypothesis import given
from hypothesis import strategies as st

NEW = Version(2, 10, 2)


def texts(*words: str) -> list[Text]:
    return [Text(word) for word in words]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("plain", "plain"),
        ("$(A)", "one"),
        ("--x=$(A),$(B)", "--x=one,$(A)"),
        ("$(ABSENT)", "$(ABSENT)"),
        ("$$(A)", "$(A)"),
        ("$$$(A)", "$one"),
        ("$(A", "$(A"),
        ("$A", "$A"),
        ("$", "$"),
        ("a$", "a$"),
        ("$()", "$()"),
        ("$($(A))", "$($(A))"),
    ],
)
def test_expansion_is_the_kubelets(raw: str, expected: str) -> None:
    values = {"A": Text("one"), "B": Text("$(A)")}
    assert expand(raw, values.get) == Text(expected)


def test_expansion_stops_at_what_is_unknown() -> None:
    values = {"A": Text("one"), "U": Text("prefix-", "from elsewhere")}
    assert expand("--x=$(A)$(U)tail", values.get) == Text("--x=oneprefix-", "from elsewhere")


@given(st.text())
def test_text_without_references_is_kept(raw: str) -> None:
    assert expand(raw.replace("$", "$$"), lambda _name: None) == Text(raw)


@given(st.text(alphabet="$()AB-=", max_size=12))
def test_expansion_never_fails(raw: str) -> None:
    assert expand(raw, {"A": Text("")}.get).unknown == ""


def test_environment_resolves_in_order() -> None:
    variables = environment(
        {
            "env": [
                {"name": "LATE", "value": "$(BASE)"},
                {"name": "BASE", "value": "b"},
                {"name": "OVER", "value": "$(BASE)/$(NS)"},
                {"name": "NS", "valueFrom": {"fieldRef": {"fieldPath": "metadata.namespace"}}},
                {"name": "BASE", "value": "$(BASE)$(BASE)"},
                {"name": "EMPTY"},
            ]
        },
        "seldon-system",
    )
    assert variables.lookup("LATE") == Text("$(BASE)")
    assert variables.lookup("OVER") == Text("b/$(NS)")
    assert variables.lookup("NS") == Text("seldon-system")
    assert variables.lookup("BASE") == Text("bb")
    assert variables.lookup("EMPTY") == Text("")
    assert variables.lookup("OTHER") is None


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ({"valueFrom": {"configMapKeyRef": {"name": "cm", "key": "k"}}}, "X comes from the ConfigMap cm"),
        ({"valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}}, "X comes from the Secret s"),
        ({"valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}, "X comes from the pod's metadata.name"),
        ({"valueFrom": {"resourceFieldRef": {"resource": "limits.cpu"}}}, "X comes from resourceFieldRef"),
    ],
)
def test_values_from_elsewhere_are_unknown(entry: dict[str, object], reason: str) -> None:
    variables = environment({"env": [{"name": "X", **entry}, {"name": "Y", "value": "a-$(X)"}]}, "n")
    assert variables.lookup("X") == Text("", reason)
    assert variables.lookup("Y") == Text("a-", reason)


def test_env_from_makes_absent_names_unknown_within_its_prefix() -> None:
    container = {
        "envFrom": [{"prefix": "P_", "configMapRef": {"name": "cm"}}],
        "env": [{"name": "P_A", "value": "own"}],
    }
    variables = environment(container, "n")
    assert variables.lookup("P_A") == Text("own")
    assert variables.lookup("P_B") == Text("", "P_B may come from the ConfigMap cm (envFrom)")
    assert variables.lookup("POD_NAMESPACE") is None
    found = environment({"envFrom": [{"secretRef": {"name": "s"}}]}, "n").lookup("POD_NAMESPACE")
    assert found is not None and found.value is None
    referring = environment(
        {"envFrom": [{"secretRef": {"name": "s"}}], "env": [{"name": "A", "value": "$(B)"}]}, "n"
    ).lookup("A")
    assert referring == Text("", "B may come from the Secret s (envFrom)")


def test_service_variables_are_unknown() -> None:
    found = environment({}, "n").lookup("KUBERNETES_SERVICE_HOST")
    assert found is not None and found.value is None


@pytest.mark.parametrize(
    ("arguments", "namespace", "clusterwide"),
    [
        (["--namespace=a", "--clusterwide=true"], "a", True),
        (["-namespace", "a", "-clusterwide"], "a", True),
        (["--namespace", "--clusterwide"], "--clusterwide", False),
        (["--namespace=a=b"], "a=b", False),
        (["--namespace="], "", False),
        (["--namespace=a", "--namespace=b"], "b", False),
        (["--clusterwide", "false", "--namespace=a"], "", True),
        (["--clusterwide=T", "--clusterwide=0"], "", False),
        (["--", "--namespace=a"], "", False),
        (["word", "--namespace=a"], "", False),
        (["-", "--namespace=a"], "", False),
        (["", "--namespace=a"], "", False),
        ([], "", False),
    ],
)
def test_flags_are_read_as_go_reads_them(arguments: list[str], namespace: str, clusterwide: bool) -> None:
    flags = parse_flags(texts(*arguments), NEW)
    assert (flags.error, flags.unknown) == ("", "")
    assert flags.text("namespace") == Text(namespace)
    assert flags.boolean("clusterwide") is clusterwide


@pytest.mark.parametrize("word", ["1", "t", "T", "TRUE", "true", "True"])
def test_true_words(word: str) -> None:
    assert parse_flags(texts(f"--clusterwide={word}"), NEW).boolean("clusterwide") is True


@pytest.mark.parametrize("word", ["0", "f", "F", "FALSE", "false", "False"])
def test_false_words(word: str) -> None:
    assert parse_flags(texts(f"--clusterwide={word}"), NEW).boolean("clusterwide") is False


@pytest.mark.parametrize(
    ("argument", "release", "error"),
    [
        ("--clusterwide=yes", NEW, 'invalid boolean value "yes" for --clusterwide'),
        ("--clusterwide=", NEW, 'invalid boolean value "" for --clusterwide'),
        ("--clusterwide=tRUE", NEW, "invalid boolean value"),
        ("--clusterwide=$(CLUSTERWIDE)", NEW, 'invalid boolean value "$(CLUSTERWIDE)"'),
        ("---namespace=a", NEW, "bad flag syntax: ---namespace=a"),
        ("--=a", NEW, "bad flag syntax: --=a"),
        ("-=a", NEW, "bad flag syntax: -=a"),
        ("--namespace", NEW, "--namespace needs a value"),
        ("--watch-namespace=a", NEW, "--watch-namespace is not defined in 2.10.2; did you mean --watch-namespaces?"),
        ("--watch-namespaces=a", Version(2, 9, 0), "--watch-namespaces is not defined in 2.9.0; it exists since 2.9.1"),
        (
            "--use-deployments-for-servers",
            Version(2, 9, 1),
            "--use-deployments-for-servers is not defined in 2.9.1; it exists since 2.10.0",
        ),
        ("--help", NEW, "prints the usage"),
        ("--version", NEW, "prints the version"),
    ],
)
def test_command_lines_that_end_the_process(argument: str, release: Version, error: str) -> None:
    flags = parse_flags(texts("--leader-elect", argument), release)
    assert error in flags.error
    assert flags.boolean("leader-elect") is None
    assert watch(flags).covers("a") is None


def test_unknown_parts_of_the_command_line() -> None:
    unknown = Text("--namespace=", "from a Secret")
    flags = parse_flags([unknown, Text("--clusterwide=true")], NEW)
    assert flags.text("namespace").value is None and flags.boolean("clusterwide") is True
    assert parse_flags([Text("--", "from a Secret"), Text("--clusterwide")], NEW).boolean("clusterwide") is None
    assert parse_flags([Text("--clusterwide=", "from a Secret")], NEW).boolean("clusterwide") is None
    assert parse_flags([Text("word", "from a Secret"), Text("--clusterwide")], NEW).boolean("clusterwide") is False


@pytest.mark.parametrize("release", [None, Version(2, 11, 0), Version(2, 8, 0)])
def test_flags_of_unknown_releases_are_not_called_wrong(release: Version | None) -> None:
    assert parse_flags(texts("--clusterwide", "--watch-namespaces=a"), release).boolean("clusterwide") is True
    flags = parse_flags(texts("--clusterwide", "--new-flag=a"), release)
    assert (flags.error, flags.boolean("clusterwide")) == ("", None)
    assert "--new-flag" in flags.unknown


@given(st.lists(st.text(alphabet="-=namespceclutrwid ", max_size=14), max_size=5))
def test_reading_flags_never_fails(words: list[str]) -> None:
    flags = parse_flags(texts(*words), NEW)
    assert not (flags.error and flags.unknown)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--namespace=a"], Watch(Scope.NAMESPACES, ("a",))),
        (["--namespace=a", "--clusterwide"], Watch(Scope.ALL)),
        (["--namespace=a", "--clusterwide", "--watch-namespaces="], Watch(Scope.ALL)),
        (["--namespace=a", "--clusterwide", "--watch-namespaces=c, b,,a"], Watch(Scope.NAMESPACES, ("a", "b", "c"))),
        (["--namespace=a", "--clusterwide", "--watch-namespaces= , "], Watch(Scope.NAMESPACES, ("a",))),
    ],
)
def test_watch_sets(arguments: list[str], expected: Watch) -> None:
    assert watch(parse_flags(texts(*arguments), NEW)) == expected


@pytest.mark.parametrize(
    ("arguments", "scope", "surprise"),
    [
        (["--namespace=a", "--watch-namespaces=b"], Scope.NAMESPACES, "ignores --watch-namespaces"),
        (["--clusterwide", "--watch-namespaces=b"], Scope.ALL, "every namespace"),
        ([], Scope.ALL, "every namespace"),
    ],
)
def test_watch_sets_that_are_not_what_they_seem(arguments: list[str], scope: Scope, surprise: str) -> None:
    found = watch(parse_flags(texts(*arguments), NEW))
    assert found.scope is scope and surprise in found.surprise


def test_unknown_watch_sets() -> None:
    secret = "from a Secret"
    listed = watch(parse_flags([*texts("--clusterwide", "--namespace=a"), Text("--watch-namespaces=", secret)], NEW))
    assert (listed.scope, listed.unknown, listed.covers("a")) == (Scope.UNKNOWN, secret, None)
    everything = watch(parse_flags([*texts("--clusterwide"), Text("--watch-namespaces=", secret)], NEW))
    assert everything.covers("a") is True
    assert watch(parse_flags([Text("--clusterwide=", secret)], NEW)).unknown == secret


@pytest.mark.parametrize(
    ("image", "repo", "release"),
    [
        ("seldonio/seldonv2-controller:2.10.2", "seldonio/seldonv2-controller", Version(2, 10, 2)),
        ("r.example:5000/x/seldonv2-controller:v2.9.1-rc1", "r.example:5000/x/seldonv2-controller", Version(2, 9, 1)),
        ("r.example:5000/seldonv2-controller", "r.example:5000/seldonv2-controller", None),
        ("seldonv2-controller:latest", "seldonv2-controller", None),
        ("a/seldonv2-controller:2.10.2@sha256:0123", "a/seldonv2-controller", None),
        ("a/seldonv2-controller:2.10.2-rc1@sha256:0123", "a/seldonv2-controller", None),
        ("a/seldonv2-controller@sha256:0123", "a/seldonv2-controller", None),
        ("a/seldonv2-controller:2.10", "a/seldonv2-controller", None),
    ],
)
def test_images(image: str, repo: str, release: Version | None) -> None:
    assert (repository(image), version(image), is_operator_image(image)) == (repo, release, True)
    assert not is_operator_image("a/seldonv2-controller-tools:2.10.2")
