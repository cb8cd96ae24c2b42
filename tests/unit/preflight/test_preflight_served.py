# SPDX-License-Identifier: GPL-3.0-or-later
"""A kind counts as served only when every served version of its CRD can be found."""

from __future__ import annotations

from typing import Any

from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.crd_keep.served import unserved
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.discovery import Discovery
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.resources import MODEL, SERVER


def definition(kind: str, **served: bool) -> dict[str, Any]:
    versions = [{"name": name, "served": value} for name, value in served.items()]
    names = {"kind": kind, "plural": f"{kind.lower()}s"}
    return {
        "metadata": {"name": f"{kind.lower()}s.mlops.seldon.io"},
        "spec": {"group": "mlops.seldon.io", "names": names, "versions": versions},
    }


def test_established_but_not_listed_is_not_served() -> None:
    both = [definition("Server", v1alpha1=True), definition("Model", v1alpha1=True)]
    assert unserved(both, Discovery([SERVER])) == ["models.mlops.seldon.io"]
    assert unserved(both, Discovery([SERVER, MODEL])) == []


def test_a_version_that_is_not_served_is_not_waited_for() -> None:
    assert unserved([definition("Server", v1alpha1=True, v1=False)], Discovery([SERVER])) == []
