# SPDX-License-Identifier: GPL-3.0-or-later
"""Files and directories become one set of manifests; all problems are reported at once."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.diagnosis.render import as_line
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.manifests import load as load_module
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.manifests.load import load_manifests
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.manifests.manifest import Manifest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.manifests.problem import ManifestError
from hypothesis import given
from hypothesis import strategies as st
from manifest_cases import FOLDERS, only

SERVER = "apiVersion: mlops.seldon.io/v1alpha1\nkind: Server\nmetadata:\n  name: {}\nspec:\n  serverConfig: mlserver\n"


def fails(*paths: Path) -> list[str]:
    """The lines of the error."""
    with pytest.raises(ManifestError) as error:
        load_manifests([str(path) for path in paths], relative_to=str(paths[0].parent))
    return str(error.value).split("\n")


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_a_plain_directory() -> None:
    """YAML and JSON in the order of names; hidden files, other files and empty documents are passed over."""
    manifests = load_manifests([str(FOLDERS / "plain")], relative_to=str(FOLDERS))
    assert [(str(m.place), m.title, m.namespace, m.index) for m in manifests] == [
        ("plain/10-server.yaml:1", "Server mlserver", None, 0),
        ("plain/20-config.json:1", "ConfigMap settings", None, 1),
    ]
    assert manifests[1].object["data"] == {"emoji": "\U0001f600", "path": "a/b"}
    assert manifests[0].group == "mlops.seldon.io"
    assert (manifests[0].group_kind, manifests[1].group_kind) == ("Server.mlops.seldon.io", "ConfigMap")


def test_every_problem_of_a_directory() -> None:
    lines = fails(FOLDERS / "broken")
    assert lines == [
        'broken/config.yaml:6  ConfigMap settings: metadata.labels[enabled]: must be a string, not the boolean yes; quote it: "yes"',
        'broken/config.yaml:8  ConfigMap settings: data[port]: must be a string, not the number 8080; quote it: "8080"',
        "broken/config.yaml:10  ConfigMap settings: the key on is the boolean true, not a string; quote it",
        'broken/config.yaml:15  ConfigMap 7: metadata.name: must be a string, not the number 007; quote it: "007"',
        'broken/config.yaml:16  ConfigMap 7: the key "name" is already given on line 15; keep one of them',
        "broken/latin1.yaml:4  is not UTF-8; save the file as UTF-8",
        "broken/tabs.yaml:4  not valid YAML: found character that cannot start any token; "
        "indent with spaces, not tabs, and quote values that begin with @, ` or %",
        "broken/vault.yaml:6  Secret token: the tag !vault is not allowed: manifests are plain data; "
        "remove the tag, or quote the value if no tag is meant",
    ]


def test_lists_are_expanded_with_their_lines(tmp_path: Path) -> None:
    file = write(
        tmp_path / "list.yaml",
        "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: ConfigMap\n  metadata: {name: a}\n"
        "- apiVersion: v1\n  kind: ConfigMapList\n  items:\n  - apiVersion: v1\n    kind: ConfigMap\n    metadata: {name: b}\n",
    )
    assert [(m.title, m.line) for m in load_manifests([str(file)])] == [("ConfigMap a", 4), ("ConfigMap b", 10)]


def test_a_named_object_is_no_list(tmp_path: Path) -> None:
    file = write(tmp_path / "a.yaml", "apiVersion: example.com/v1\nkind: AllowList\nmetadata: {name: a}\nitems: [x]\n")
    assert load_manifests([str(file)])[0].object["items"] == ["x"]


def test_the_same_object_twice_names_both_places(tmp_path: Path) -> None:
    one = write(tmp_path / "one.yaml", SERVER.format("a"))
    two = write(tmp_path / "two.yaml", "---\n" + SERVER.format("b") + "---\n" + SERVER.format("a"))
    assert fails(one, two) == ["two.yaml:9  Server a: is already given at one.yaml:1; keep one of the two"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("kind: Server\nmetadata: {name: a}", "Server a: apiVersion: is missing"),
        ("apiVersoin: v1\nkind: Server\nmetadata: {name: a}", 'write "apiVersion" instead of "apiVersoin"'),
        (
            "apiVersion: 1\nkind: Server\nmetadata: {name: a}",
            "apiVersion: must be a string, not the number 1; quote it",
        ),
        ("apiVersion: v1\nmetadata: {name: a}", "kind: is missing"),
        ("apiVersion: v1\nkind: no\nmetadata: {name: a}", "kind: must be a string, not the boolean no"),
        ("apiVersion: v1\nkind: Config Map\nmetadata: {name: a}", '"Config Map" is not valid'),
        ("apiVersion: a/b/c\nkind: ConfigMap\nmetadata: {name: a}", '"a/b/c" is not valid'),
        ("apiVersion: v1\nkind: ConfigMap", "metadata.name: is missing"),
        ("apiVersion: v1\nkind: ConfigMap\nmetadata: [name]", "metadata: must be a mapping"),
        ("apiVersion: v1\nkind: ConfigMap\nmetadata: {generateName: a-}", "would make a new object on every run"),
        ("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: 0x1f}", 'not the number 0x1f; quote it: "0x1f"'),
        ("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: 1e3}", 'not the number 1e3; quote it: "1e3"'),
        ("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: null}", "metadata.name: must be a string, not null"),
        ("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a/../b}", '"a/../b" cannot be a name'),
        ("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ..}", '".." cannot be a name'),
        ('apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "a\\nb"}', "cannot be a name"),
        ("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: fr\u0430ud}", "cannot be a name"),
        (
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: true}",
            "metadata.namespace: must be a string",
        ),
        (
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, annotations: {b: 1.0}}",
            'the number 1.0; quote it: "1.0"',
        ),
        (
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, labels: [b]}",
            "metadata.labels: must be a mapping of strings",
        ),
        (
            "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData: {pin: 0123}",
            "stringData[pin]: must be a string",
        ),
        (
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\n"
            "spec: {template: {spec: {containers: [{name: c, env: [{name: PORT, value: 80}]}]}}}",
            "spec.template.spec.containers[0].env[0].value: must be a string, not the number 80",
        ),
        (
            "apiVersion: mlops.seldon.io/v1alpha1\nkind: ServerConfig\nmetadata: {name: a}\n"
            "spec: {podSpec: {containers: [{name: c, args: [--port, 80]}]}}",
            "spec.podSpec.containers[0].args[1]: must be a string, not the number 80",
        ),
        (
            "apiVersion: mlops.seldon.io/v1alpha1\nkind: Server\nmetadata: {name: a}\n"
            "spec: {podSpec: {containers: [{name: c, resources: {requests: {cpu: 0.5, memory: 1e9}}}]}}",
            'spec.podSpec.containers[0].resources.requests.cpu: must be a string or a whole number, not 0.5; quote it: "0.5"',
        ),
        ("just text", "not a Kubernetes object"),
        ("[1, 2]", "not a Kubernetes object"),
    ],
)
def test_an_object_needs_an_identity(tmp_path: Path, text: str, said: str) -> None:
    lines = fails(write(tmp_path / "a.yaml", text))
    assert len(lines) == 1
    assert said in lines[0]
    assert lines[0].startswith("a.yaml:")


DEPLOYMENT = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec:\n"
PIPELINE = "apiVersion: mlops.seldon.io/v1alpha1\nkind: Pipeline\nmetadata: {name: a}\nspec:\n"
NULL_ITEM = "is null: a list cannot hold an empty item"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            DEPLOYMENT + '  template:\n    spec:\n      containers:\n      - name: c\n        args: [--name, null, --port, "1"]',
            f"a.yaml:9  Deployment a: spec.template.spec.containers[0].args[1]: {NULL_ITEM}",
        ),
        (
            DEPLOYMENT + "  template:\n    spec:\n      containers:\n      - name: c\n        command:\n        - sh\n        -\n",
            f"a.yaml:11  Deployment a: spec.template.spec.containers[0].command[1]: {NULL_ITEM}",
        ),
        (
            DEPLOYMENT + "  template:\n    spec:\n      containers:\n      - name: c\n      -\n",
            f"a.yaml:9  Deployment a: spec.template.spec.containers[1]: {NULL_ITEM}",
        ),
        (PIPELINE + "  steps:\n  - name: s\n    inputs: [null]", f"a.yaml:7  Pipeline a: spec.steps[0].inputs[0]: {NULL_ITEM}"),
        (PIPELINE + "  steps: [{name: s, tensorMap: {s.outputs.o: }}]", "spec.steps[0].tensorMap[s.outputs.o]: must be a string, not null"),
        (DEPLOYMENT + "  selector: {matchLabels: {app: ~}}", 'spec.selector.matchLabels[app]: must be a string, not null; write ""'),
        (DEPLOYMENT + "  selector: {matchLabels: {app: 1.10}}", 'spec.selector.matchLabels[app]: must be a string, not the number 1.10; quote it: "1.10"'),
        (DEPLOYMENT + "  template: {metadata: {labels: {on-call: yes}}}", "spec.template.metadata.labels[on-call]: must be a string, not the boolean yes"),
        (DEPLOYMENT + "  template: {spec: {nodeSelector: {gpu: true}}}", "spec.template.spec.nodeSelector[gpu]: must be a string, not the boolean true"),
        (
            DEPLOYMENT + "  template: {spec: {containers: [{name: c, resources: {limits: {memory: }}}]}}",
            "spec.template.spec.containers[0].resources.limits[memory]: is null, which Kubernetes reads as 0",
        ),
        ("apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {selector: {app: null}}", "spec.selector[app]: must be a string, not null"),
        ("apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: a}\nimagePullSecrets: [null]", f"imagePullSecrets[0]: {NULL_ITEM}"),
        ("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, finalizers: [null]}", f"metadata.finalizers[0]: {NULL_ITEM}"),
    ],
)  # fmt: skip
def test_a_null_that_would_change_the_meaning_is_refused(tmp_path: Path, text: str, said: str) -> None:
    (line,) = fails(write(tmp_path / "a.yaml", text))
    assert said in line and line.startswith("a.yaml:")


def test_a_null_item_of_json_is_refused_with_its_line(tmp_path: Path) -> None:
    text = '{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"},\n"spec": {"containers": [\n{"name": "c", "args": [null]}]}}'
    assert fails(write(tmp_path / "a.json", text))[0].startswith(
        f"a.json:3  Pod a: spec.containers[0].args[0]: {NULL_ITEM}"
    )


@pytest.mark.parametrize(
    "text",
    [
        DEPLOYMENT + "  replicas: null\n  template: {spec: {securityContext: null, containers: [{name: c, env: [{name: E, value: null}], args: null}]}}",
        DEPLOYMENT + "  template: {spec: {nodeSelector: null, containers: [{name: c, resources: {limits: null}}]}}",
        DEPLOYMENT + "  selector: {matchLabels: null}\nstatus: {conditions: [null]}",
        "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: a}\nspec: {values: {list: [null], labels: {a: 1}}}",
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: a}\nspec: {properties: {labels: {type: object}}, enum: [null]}",
    ],
)  # fmt: skip
def test_a_null_that_is_an_absent_field_or_of_a_kind_of_any_shape_is_read(tmp_path: Path, text: str) -> None:
    assert load_manifests([str(write(tmp_path / "a.yaml", text))])


def test_no_objects_is_a_problem(tmp_path: Path) -> None:
    """An empty set, applied with pruning, would remove everything that the team has."""
    assert fails(write(tmp_path / "a.yaml", "# later\n"))[0].startswith("a.yaml  holds no object; ")
    (tmp_path / "empty").mkdir()
    assert "has no manifests" in fails(tmp_path / "empty")[0]
    assert 'did you mean "full/k8s/base"?' in fails(FOLDERS / "full")[0]


def test_paths_that_cannot_be_read(tmp_path: Path) -> None:
    assert fails(tmp_path / "absent.yaml") == ["absent.yaml  does not exist; correct the path"]
    assert "neither YAML nor JSON" in fails(write(tmp_path / "a.txt", "a: 1"))[0]
    (tmp_path / "b.yaml").write_bytes(b"a: \0")
    assert "is not text" in fails(tmp_path / "b.yaml")[0]
    (tmp_path / "c.yaml").write_bytes("a: 1".encode("utf-16"))
    assert "is not text" in fails(tmp_path / "c.yaml")[0]
    os.mkfifo(tmp_path / "d.yaml")
    assert "is not a regular file" in fails(tmp_path / "d.yaml")[0]
    (tmp_path / "e.yaml").write_bytes(b"# " + b"x" * (8 * 1024 * 1024))
    assert "larger than 8 MiB" in fails(tmp_path / "e.yaml")[0]


def test_a_byte_order_mark_is_fine(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"\xef\xbb\xbf" + SERVER.format("a").encode())
    assert load_manifests([str(tmp_path / "a.yaml")])[0].name == "a"


def test_counts_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load_module, "MAX_FILES", 3)
    monkeypatch.setattr(load_module, "MAX_OBJECTS", 5)
    (tmp_path / "many").mkdir()
    for number in range(4):
        write(tmp_path / "many" / f"{number}.yaml", SERVER.format(f"a{number}"))
    assert "more than 3 files" in fails(tmp_path / "many")[0]
    file = write(tmp_path / "a.yaml", "---\n".join(SERVER.format(f"a{number}") for number in range(6)))
    assert "more than 5 objects" in fails(file)[0]


def test_names_are_shown_as_given_or_relative(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "k8s").mkdir()
    write(tmp_path / "k8s" / "a.yaml", SERVER.format("a"))
    monkeypatch.chdir(tmp_path)
    assert load_manifests(["k8s/"])[0].file == "k8s/a.yaml"
    assert load_manifests([str(tmp_path / "k8s")], relative_to=str(tmp_path))[0].file == "k8s/a.yaml"


def test_nothing_is_templated(tmp_path: Path) -> None:
    text = SERVER.format("a") + '  note: \'{{ lookup("pipe", "touch /tmp/x") }}\'\n'
    assert load_manifests([str(write(tmp_path / "a.yaml", text))])[0].object["spec"]["note"].startswith("{{ lookup(")


def manifest_at(file: str, line: int | None, name: str) -> Manifest:
    return Manifest({"kind": "Server", "metadata": {"name": name}}, file, line, 0)


@given(
    st.text(max_size=30),
    st.integers(1, 99) | st.none(),
    st.text(max_size=30),
    st.text(max_size=30),
    st.text(max_size=60),
)
def test_a_problem_is_one_line(file: str, line: int | None, name: str, field: str, message: str) -> None:
    """Text of a team cannot forge a second line of the report or move the cursor."""
    text = as_line(manifest_at(file, line, name).problem(field, message, "correct it"))
    assert text.isprintable()
    assert len(text.splitlines()) == 1


def test_the_form_of_a_problem() -> None:
    problem = manifest_at("k8s/base/server.yaml", 12, "mlserver").problem("spec.replicas", "is 0", "set 1")
    assert as_line(problem) == "k8s/base/server.yaml:12  Server mlserver: spec.replicas: is 0; set 1"


def test_one_problem_stops_the_whole_set(tmp_path: Path) -> None:
    write(tmp_path / "a.yaml", SERVER.format("a"))
    write(tmp_path / "b.yaml", "kind: Server\n")
    with pytest.raises(ManifestError) as error:
        load_manifests([str(tmp_path / "a.yaml"), str(tmp_path / "b.yaml"), str(tmp_path / "a.yaml")])
    assert {problem.field for problem in error.value.problems} == {"apiVersion", "metadata.name"}
    with pytest.raises(ManifestError) as error:
        load_manifests([str(tmp_path / "a.yaml")] * 2)
    assert only(error).message.startswith("is already given at")
