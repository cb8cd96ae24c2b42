# SPDX-License-Identifier: GPL-3.0-or-later
"""No message repeats a value of a Secret, whatever is wrong with its text."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.manifests.load import load_manifests
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.manifests.problem import ManifestError

from tests.unit.manifests.manifest_cases import builder

CANARIES = ("hunter2", "8675309")
SECRET = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: s\n"

TEXTS = {
    "a number": (
        SECRET + "stringData:\n  pin: 8675309\n",
        ":6  Secret s: stringData[pin]: must be a string, not a number",
    ),
    "no base64": (SECRET + "data:\n  pin: hunter2!\n", ":6  Secret s: data[pin]: is not base64"),
    "base64 without padding": (SECRET + "data:\n  pin: aHVudGVyMg\n", ":6  Secret s: data[pin]: is not base64"),
    "an alias": (SECRET + "stringData:\n  pin: *hunter2\n", ":6  an alias has no anchor"),
    "a tag": (SECRET + "stringData:\n  pin: !hunter2 x\n", ":6  Secret s: the tag (hidden) is not allowed"),
    "a tag handle": (SECRET + "stringData:\n  pin: !hunter2!x y\n", ":6  not valid YAML"),
    "a value that does not fit its tag": (
        SECRET + "stringData:\n  pin: !!int hunter2\n",
        ':6  Secret s: "(hidden)" is not a !!int',
    ),
    "an escape": (SECRET + 'stringData:\n  pin: "hunter2\\canary"\n', ":6  not valid YAML"),
    "a colon": (SECRET + "stringData:\n  pin: hunter2: x\n", ":6  not valid YAML"),
    "a misspelt kind": (SECRET.replace("Secret", "Secrett") + "stringData:\n  pin: !hunter2 x\n", "(hidden)"),
    "one of a List": (
        "apiVersion: v1\nkind: List\nitems:\n- kind: Secret\n  stringData:\n    pin: !hunter2 x\n",
        "(hidden)",
    ),
    "JSON": ('{"kind": "Secret", "stringData": {"pin": hunter2}}', "not valid JSON: expected a value, found h"),
}

KUSTOMIZATIONS = {
    "a literal without =": "secretGenerator:\n- name: s\n  literals: [hunter2]\n",
    "a literal with a tag": "secretGenerator:\n- name: s\n  literals: [!hunter2 x]\n",
    "a patch that is none": "resources: [s.yaml]\npatches:\n- patch: |-\n    hunter2\n",
    "a patch with its target": "patches:\n- target: {kind: Secret, name: s}\n  patch: hunter2\n",
    "a replacement": "resources: [s.yaml]\nreplacements:\n- source: {kind: Secret, name: s, fieldPath: stringData.pin.x}\n"
    "  targets: [{select: {kind: Secret}, fieldPaths: [stringData.p]}]\n",
}


@pytest.mark.parametrize("case", TEXTS)
def test_of_files(tmp_path: Path, case: str) -> None:
    text, expected = TEXTS[case]
    file = tmp_path / ("s.json" if case == "JSON" else "s.yaml")
    file.write_text(text)
    with pytest.raises(ManifestError) as caught:
        load_manifests([str(file)])
    assert expected in str(caught.value)
    assert not any(canary in str(caught.value) for canary in (*CANARIES, "aHVudGVyMg"))


@pytest.mark.parametrize("case", KUSTOMIZATIONS)
def test_of_kustomizations(tmp_path: Path, case: str) -> None:
    (tmp_path / "s.yaml").write_text(SECRET + "stringData:\n  pin: hunter2\n")
    (tmp_path / "kustomization.yaml").write_text(
        "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n" + KUSTOMIZATIONS[case]
    )
    with pytest.raises(ManifestError) as caught:
        load_manifests([str(tmp_path)], kustomize=builder())
    assert "kustom" in str(caught.value)
    assert not any(canary in str(caught.value) for canary in CANARIES)


def test_other_kustomizations_keep_the_words_of_kustomize(tmp_path: Path) -> None:
    (tmp_path / "kustomization.yaml").write_text("configMapGenerator:\n- name: s\n  literals: [colour]\n")
    with pytest.raises(ManifestError, match="invalid literal source colour"):
        load_manifests([str(tmp_path)], kustomize=builder())
