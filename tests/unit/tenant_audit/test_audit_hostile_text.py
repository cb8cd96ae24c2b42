# SPDX-License-Identifier: GPL-3.0-or-later
"""Hostile text is shown as one line of limited length without control characters."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.resources import EVENT, SELDON_GROUP
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant_audit.answer import tenant_audit
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant_audit.report import as_data

from tests.unit.tenant_audit.client import Client
from tests.unit.tenant_audit.cluster import OWN, clean, user

HOSTILE = "<script>alert(1)</script>\n\x1b[31m\u202e{{ lookup('pipe', 'id') }}"


def test_hostile_text_is_one_line_without_control_characters() -> None:
    cluster = clean()
    cluster.role("extra", ("", "secrets", "get"))
    cluster.bind("extra", "extra", user(HOSTILE))
    cluster.get("rolebindings", "extra")["metadata"]["managedFields"][0]["manager"] = HOSTILE
    text = json.dumps(as_data(cluster.audit()), ensure_ascii=False)
    assert "\\n" not in text and "\x1b" not in text and "\\u001b" not in text and "\u202e" not in text


def test_endless_text_is_cut() -> None:
    cluster = clean()
    cluster.add("services", "alias", spec={"type": "ExternalName", "externalName": "x" * 100_000})
    assert all(len(finding.evidence) < 700 for finding in cluster.audit().findings)


NAMES = [HOSTILE, "x" * 100_000, "\u2028\u2029\x00\x7f", "\ud800"]


def filled(value: Any, text: str) -> Any:
    """The value with every string replaced by the text."""
    if isinstance(value, dict):
        return {key: filled(entry, text) for key, entry in value.items()}
    return (
        [filled(entry, text) for entry in value]
        if isinstance(value, list)
        else text
        if isinstance(value, str)
        else value
    )


def texts(value: Any) -> Iterator[str]:
    """Every string in the value."""
    if isinstance(value, dict):
        value = [*value.keys(), *value.values()]
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for entry in value:
            yield from texts(entry)


@pytest.mark.parametrize("name", NAMES, ids=("markup", "endless", "controls", "surrogate"))
def test_names_and_annotations_of_any_kind(name: str) -> None:
    """One more object of each kind. The API server refuses some of these names, but the audit does not rely on that."""
    client = Client()
    for resource, objects in client.cluster.objects.items():
        for obj in deepcopy(objects[:1]):
            metadata = {
                "name": name,
                "labels": {name: name},
                "annotations": {name: name},
                "ownerReferences": [{"kind": name, "name": name}],
                "managedFields": [{"manager": name}],
            }
            obj["metadata"] = metadata | ({"namespace": OWN} if resource.namespaced else {})
            if resource.group == SELDON_GROUP:
                obj |= {part: filled(obj[part], name) for part in ("spec", "status") if part in obj}
            objects.append(obj)
    for event in client.cluster.objects[EVENT]:
        event.update(
            type="Warning", message=f'{name} forbidden: User "{name}', involvedObject={"kind": name, "name": name}
        )
    result = tenant_audit(client, None, "seldon-system")
    assert len(result["findings"]) > 5
    assert not any(character in text for text in texts(result) for character in "\0\x1b\x7f\u202e\u2028\ud800")
    assert all(len(value) <= 700 for finding in result["findings"] for value in finding.values())
    assert len(result["text"].splitlines()) <= 30
