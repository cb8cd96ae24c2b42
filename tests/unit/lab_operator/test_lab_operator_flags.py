# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from lab.operator.flags import FlagError, HelpRequested, known_flags, parse_bool, parse_flags
from lab.operator.release import release

NEW, OLD = known_flags(release("2.10.2")), known_flags(release("2.9.1"))


@pytest.mark.parametrize(
    ("arguments", "name", "value"),
    [
        (["--namespace=a"], "namespace", "a"),
        (["-namespace=a"], "namespace", "a"),
        (["--namespace", "a"], "namespace", "a"),
        (["--namespace", "--leader-elect"], "namespace", "--leader-elect"),
        (["--namespace="], "namespace", ""),
        (["--namespace=a=b"], "namespace", "a=b"),
        (["--namespace=a", "--namespace=b"], "namespace", "b"),
        ([], "namespace", ""),
        (["--clusterwide"], "clusterwide", True),
        (["--clusterwide=true"], "clusterwide", True),
        (["--clusterwide=0"], "clusterwide", False),
        (["--clusterwide", "false"], "clusterwide", True),  # "false" is not a value; it ends the flags
        (["stop", "--clusterwide"], "clusterwide", False),
        (["--", "--clusterwide"], "clusterwide", False),
        (["-", "--clusterwide"], "clusterwide", False),
    ],
)
def test_values(arguments: list[str], name: str, value: object) -> None:
    assert parse_flags(arguments, NEW)[name] == value


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--namespaces=a"], "flag provided but not defined: -namespaces"),
        (["--clusterwide=yes"], 'invalid boolean value "yes" for -clusterwide: parse error'),
        (["--clusterwide="], 'invalid boolean value "" for -clusterwide: parse error'),
        (["--namespace"], "flag needs an argument: -namespace"),
        (["---namespace=a"], "bad flag syntax: ---namespace=a"),
        (["--=a"], "bad flag syntax: --=a"),
    ],
)
def test_refusals(arguments: list[str], message: str) -> None:
    with pytest.raises(FlagError, match="^" + message.replace("(", r"\(") + "$"):
        parse_flags(arguments, NEW)


def test_help() -> None:
    with pytest.raises(HelpRequested):
        parse_flags(["--help"], NEW)


def test_a_flag_of_2_10_is_unknown_to_2_9() -> None:
    assert parse_flags(["--use-deployments-for-servers=false"], NEW)["use-deployments-for-servers"] is False
    with pytest.raises(FlagError, match="not defined: -use-deployments-for-servers"):
        parse_flags(["--use-deployments-for-servers=false"], OLD)


@pytest.mark.parametrize("text", ["1", "t", "T", "TRUE", "true", "True"])
def test_true(text: str) -> None:
    assert parse_bool(text) is True


@pytest.mark.parametrize("text", ["", "yes", "tRUE", "on", " true"])
def test_no_bool(text: str) -> None:
    with pytest.raises(ValueError, match="invalid syntax"):
        parse_bool(text)
