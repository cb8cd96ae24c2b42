# SPDX-License-Identifier: GPL-3.0-or-later
"""A host's variables that look like options but are not."""

from __future__ import annotations

from ansible_collections.ml_platform.seldon.plugins.plugin_utils._role_variables import (
    PLAYBOOK_VARIABLES,
    unknown_role_variables,
)

from lab.layout import REPOSITORY

ROLE = str(REPOSITORY / "roles" / "tenant_namespace")


def test_typos_of_the_role_and_of_the_playbook_are_named() -> None:
    found = unknown_role_variables(
        ROLE,
        {"tenant_namespace_quotta": {}, "seldon_deploy_chekcs": "warn", "seldon_deploy_checks": "warn", "other": 1},
    )
    assert [line.split(":")[0] for line in found] == [
        "variable tenant_namespace_quotta",
        "variable seldon_deploy_chekcs",
    ]
    assert "did you mean seldon_deploy_checks?" in found[1]
    assert unknown_role_variables(None, {"seldon_deploy_chekcs": "warn"}) == []


def test_what_the_playbook_and_the_roles_read_is_known() -> None:
    sources = [*(REPOSITORY / "playbooks").glob("*.yml"), *(REPOSITORY / "roles").glob("*/*/*.yml")]
    words = {word.strip("{}\"'()|,:;.") for path in sources for word in path.read_text().split()}
    for prefix, known in PLAYBOOK_VARIABLES.items():
        assert {word for word in words if word.startswith(prefix) and word.isidentifier()} <= known
