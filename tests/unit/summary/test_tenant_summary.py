# SPDX-License-Identifier: GPL-3.0-or-later
"""The results of a run that the callback assigns to a tenant."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from ansible_collections.ml_platform.seldon.plugins.callback import tenant_summary

REFUSED = {"msg": "value of tenant_namespace_checks must be one of: enforce, warn, got: typo"}


def finished(host: str, action: str, role: str | None, result: dict[str, Any]) -> Any:
    """A task's result as a callback gets it."""
    named = SimpleNamespace(get_name=lambda include_role_fqcn=True: role) if role else None
    return SimpleNamespace(
        host=SimpleNamespace(name=host),
        task=SimpleNamespace(action=action, check_mode=False, _role=named),
        result=result,
    )


@pytest.fixture
def callback(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(tenant_summary.context, "CLIARGS", {"check": False})
    plugin = tenant_summary.CallbackModule()
    shown: list[str] = []
    plugin._display = SimpleNamespace(banner=shown.append, display=lambda line, color=None: shown.append(line))
    return SimpleNamespace(plugin=plugin, shown=shown)


def test_a_tenant_whose_variables_are_refused_is_in_the_summary(callback: Any) -> None:
    validation = "ansible.builtin.validate_argument_spec"
    callback.plugin.v2_runner_on_failed(finished("a", validation, "ml_platform.seldon.tenant_namespace", REFUSED))
    callback.plugin.v2_runner_on_failed(finished("p", validation, "ml_platform.seldon.seldon_core", REFUSED))
    callback.plugin.v2_runner_on_failed(finished("x", "ansible.builtin.fail", None, REFUSED))
    callback.plugin.v2_playbook_on_stats(None)
    assert callback.shown[0] == "TENANTS" and [line.split()[0] for line in callback.shown if line[:1].isalpha()][
        1:
    ] == ["a"]
    assert "  " + REFUSED["msg"] in callback.shown


def test_without_tenants_nothing_is_shown(callback: Any) -> None:
    callback.plugin.v2_runner_on_failed(
        finished("p", "ansible.builtin.fail", "ml_platform.seldon.seldon_core", REFUSED)
    )
    callback.plugin.v2_playbook_on_stats(None)
    assert callback.shown == []
