# SPDX-License-Identifier: GPL-3.0-or-later
"""YAML is read as Kubernetes reads it; mistakes that Kubernetes silently ignores are refused."""

from __future__ import annotations

import json
import string
import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.manifests import yaml_text
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.manifests.scalar import (
    NotRepresentable,
    resolve_plain,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.manifests.tree import Unreadable, to_data
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.manifests.yaml_text import (
    MAX_EXPANSION,
    read_yaml,
)
from hypothesis import example, given
from hypothesis import strategies as st

VECTORS = json.loads(Path(__file__).with_name("kubernetes_yaml_vectors.json").read_text(encoding="utf-8"))

# Where the reader is stricter than sigs.k8s.io/yaml, on purpose.
STRICTER = {
    "v: !!binary aGk=": "tag",
    "v: !foo bar": "tag",
    "v: !!timestamp 2026-01-01": "tag",
    "v: !!set {a}": "tag",
    "1: a": "not a string",
    "1.5: a": "not a string",
    "yes: a": "not a string",
    '1: a\n"1": b': "not a string",
    "0x1f: a": "not a string",
    "0644: a": "not a string",
    "1e3: a": "not a string",
    "a: 1\na: 2": "already given",
    "x: &x {a: 1}\nm: {a: 2, <<: *x}": "put << first",
}


def read(text: str) -> tuple[list[Any], list[str]]:
    """The documents and the messages of all problems."""
    found: list[Any] = []
    faults: list[str] = []
    try:
        for document in read_yaml(text):
            found.append(to_data(document.root))
            faults += [f"{fault.line}: {fault.message}; {fault.next_step}" for fault in document.faults]
    except Unreadable as stop:
        faults.append(f"{stop.fault.line}: {stop.fault.message}; {stop.fault.next_step}")
    return found, faults


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["yaml"])
def test_agrees_with_kubernetes(vector: dict[str, str]) -> None:
    """The vectors are the results of sigs.k8s.io/yaml 1.6.0 for the same text."""
    documents, faults = read(vector["yaml"])
    if vector["yaml"] in STRICTER:
        assert STRICTER[vector["yaml"]] in "".join(faults)
    elif "json" in vector:
        assert not faults
        assert documents == [json.loads(vector["json"])]
        assert json.dumps(documents[0], sort_keys=True) == json.dumps(json.loads(vector["json"]), sort_keys=True)
    elif vector["yaml"] != 'v: "a\\/b"':  # an escape of YAML 1.2 that PyYAML supports too
        assert faults


@pytest.mark.parametrize("loader", ["CSafeLoader", "SafeLoader"])
def test_both_parsers_of_pyyaml_agree(loader: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A control node without libyaml gets the same result."""
    if not hasattr(yaml, loader):
        pytest.skip("PyYAML was built without libyaml")
    monkeypatch.setattr(yaml_text, "_LOADER", getattr(yaml, loader))
    text = "---\n# a\n---\na: &x [1, {b: 'c'}]\nd: *x\ne: |\n  f\n  g\n---\n{h: 12:30}\n"
    documents = list(read_yaml(text))
    assert [to_data(document.root) for document in documents] == [
        {"a": [1, {"b": "c"}], "d": [1, {"b": "c"}], "e": "f\ng\n"},
        {"h": "12:30"},
    ]
    assert [document.line for document in documents] == [4, 10]


def test_jinja_is_text() -> None:
    assert read('a: \'{{ lookup("pipe", "id") }}\'\nb: "{% raw %}"') == (
        [{"a": '{{ lookup("pipe", "id") }}', "b": "{% raw %}"}],
        [],
    )


def test_empty_documents_are_skipped() -> None:
    assert read("# only a comment\n") == ([], [])
    assert read("---\n---\n# x\n---\nnull\n---\na: 1\n...\n---\n") == ([{"a": 1}], [])


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("a: 1\nb:\n  c: 1\n  d: 2\n  c: 3\n", 5, 'the key "c" is already given on line 3'),
        ('a: 1\n"a": 2\n', 2, 'the key "a" is already given on line 1'),
        ("a:\n\t- b\n", 2, "spaces, not tabs"),
        ("a: !vault |\n  x\n", 1, "the tag !vault is not allowed"),
        ("a: !!python/object/apply:os.system [id]\n", 1, "python/object/apply:os.system is not allowed"),
        ("!unsafe {a: 1}\n", 1, "the tag !unsafe is not allowed"),
        ("a: .inf\n", 1, "cannot store"),
        ("a: !!int x\n", 1, "is not a !!int"),
        ("a: &x [*x]\n", 1, "contains itself"),
        ("a: *x\n", 1, "has no anchor"),
        ("a: 1\n---\nb: [\n", 4, "not valid YAML"),
        ("? {a: 1}\n: 2\n", 1, "a key is a list or a mapping"),
        ("on: 1\n", 1, "the key on is the boolean true, not a string; quote it"),
        ("a:\n  8080: x\n", 2, "the key 8080 is the number 8080, not a string; quote it"),
    ],
)
def test_refused_with_its_line(text: str, line: int, said: str) -> None:
    faults = read(text)[1]
    assert len(faults) == 1
    assert faults[0].startswith(f"{line}: ")
    assert said in faults[0]


def test_all_faults_of_a_document_at_once() -> None:
    faults = read("a: 1\na: 2\nb: !x 1\nyes: 3\n")[1]
    assert [fault.split(":")[0] for fault in faults] == ["2", "3", "4"]


def test_anchors_of_another_document_do_not_exist() -> None:
    assert "has no anchor" in read("a: &x 1\n---\nb: *x\n")[1][0]


def test_merge_keys() -> None:
    documents, faults = read("base: &b {a: 1, c: {d: 1}}\nown:\n  <<: *b\n  a: 2\n")
    assert not faults
    assert documents[0]["own"] == {"a": 2, "c": {"d": 1}}


def test_aliases_become_copies() -> None:
    """Changing one place of the result must not change another."""
    (document,) = read("a: &x {b: 1}\nc: *x\n")[0]
    document["a"]["b"] = 2
    assert document["c"] == {"b": 1}


@pytest.mark.parametrize("levels", [5, 9, 40])
def test_billion_laughs(levels: int) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, levels)]
    began = time.monotonic()
    faults = read("\n".join(lines))[1]
    assert "aliases expand the document too far" in faults[0]
    assert time.monotonic() - began < 2


def test_merge_bomb() -> None:
    keys = ", ".join(f"k{n}: 1" for n in range(200))
    text = f"a: &a {{{keys}}}\n" + "\n".join(f"b{n}: {{<<: *a}}" for n in range(MAX_EXPANSION // 200))
    assert "aliases expand the document too far" in read(text)[1][0]


def test_aliases_in_bounds_are_fine() -> None:
    text = "a: &a {x: 1, z: [1, 2]}\n" + "\n".join(f"b{n}: *a" for n in range(100))
    documents, faults = read(text)
    assert not faults
    assert documents[0]["b99"] == {"x": 1, "z": [1, 2]}


@pytest.mark.parametrize("opening", ["[", "{a: ", "- "])
def test_depth_is_bounded(opening: str) -> None:
    began = time.monotonic()
    assert "deeper than 100 levels" in read(opening * 50_000)[1][0]
    assert time.monotonic() - began < 5


def test_alias_depth_is_bounded() -> None:
    lines = ["a0: &a0 [x]"] + [f"a{n}: &a{n} [*a{n - 1}]" for n in range(1, 120)]
    assert "deeper than 100 levels" in read("\n".join(lines))[1][0]


def test_document_size_is_bounded() -> None:
    value = "x" * (1024 * 1024)
    assert "larger than 1 MiB" in read(f"a: {value}\n")[1][0]
    assert read("---\n".join(f"a: {value[: 600 * 1024]}\n" for _unused in range(3)))[1] == []


json_scalars = st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.text(st.characters(codec="utf-8"))
json_values = st.recursive(
    json_scalars,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(string.printable, max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.text(string.ascii_letters + "._/-", min_size=1), json_values, min_size=1, max_size=5))
@example({"a": "12:30", "b": "no", "c": "0o17", "d": "1e3", "e": "~", "f": "=", "g": "<<", "<<": "x"})
def test_what_a_quoting_dumper_writes_is_read_back(value: dict[str, Any]) -> None:
    """Any JSON value is read back unchanged if strings are quoted."""
    text = yaml.safe_dump(value, default_style='"', allow_unicode=True).replace('!!null "null"', "null")
    assert read(text) == ([value], [])


@given(st.text(st.characters(codec="utf-8"), max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    """No input raises anything but Unreadable."""
    read(text)


@given(st.text("0123456789abcdefxoEe+-._:yYnN~", min_size=1, max_size=12))
def test_plain_scalars_are_json(text: str) -> None:
    """A resolved scalar is JSON, and a date, a time or a sexagesimal number stays a string."""
    try:
        value = resolve_plain(text)
    except NotRepresentable:
        return
    json.dumps(value, allow_nan=False)
    if ":" in text:
        assert value == text
