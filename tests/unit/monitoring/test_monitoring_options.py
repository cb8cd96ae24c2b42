# SPDX-License-Identifier: GPL-3.0-or-later
"""Options of a tenant's monitoring: accepted ones, refused ones, and values that are never quoted."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.monitoring.options import MonitoringOptions
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.monitoring.receivers import (
    Receiver,
    SecretKey,
)

from tests.unit.monitoring.builders import monitoring, refused, secret

HOOK = "https://hooks.example/services/T000/B000/s3cr3t"


def test_nothing_given_is_the_default_and_a_boolean_turns_it_off() -> None:
    assert monitoring(None) == monitoring({}) == monitoring(True) == MonitoringOptions()
    assert not monitoring(False).enabled and not monitoring({"enabled": False}).enabled


def test_everything_that_can_be_given() -> None:
    options = monitoring(
        {
            "labels": {"release": "kube-prometheus-stack"},
            "interval": "30s",
            "sample_limit": 500,
            "thresholds": {"error_percent": 2.5, "latency_seconds": "0.25", "quota_warning_percent": 70},
            "receivers": [
                {"type": "slack", "channel": "#fraud", "secret": secret()},
                {"type": "webhook", "secret": secret()},
                {"type": "pagerduty", "secret": secret(key="routing-key")},
                {
                    "type": "email",
                    "to": "team@example.org",
                    "from": "alerts@example.org",
                    "smarthost": "mail.example:587",
                    "username": "alerts",
                    "secret": secret(key="password"),
                },
            ],
            "dashboard": {
                "label": "dashboards",
                "label_value": "yes",
                "folder_annotation": "example.org/folder",
                "folder": "Fraud detection",
            },
            "runbook_url": "https://wiki.example.org/alerts",
            "directory": "/srv/monitoring",
        }
    )
    assert (
        options.labels == {"release": "kube-prometheus-stack"}
        and options.interval == "30s"
        and options.sample_limit == 500
    )
    assert (options.thresholds.error_percent, options.thresholds.latency_seconds) == ("2.5", "0.25")
    assert (options.thresholds.quota_warning_percent, options.thresholds.quota_critical_percent) == ("70", "95")
    assert options.receivers[0] == Receiver("slack", SecretKey("alerting", "url"), channel="#fraud")
    assert options.receivers[3].sender == "alerts@example.org"
    assert options.dashboard.folder == "Fraud detection"


@pytest.mark.parametrize(
    ("given", "field", "said"),
    [
        ({"lables": {}}, "lables", 'did you mean "tenant_namespace_monitoring.labels"?'),
        ({"enabled": "maybe"}, "enabled", "neither true nor false"),
        ({"labels": {"release": "a b"}}, "labels.release", "not a label's value"),
        ({"labels": {"-": "x"}}, "labels", "is not valid"),
        ({"interval": "often"}, "interval", "not a duration"),
        ({"interval": "0s"}, "interval", "not a duration"),
        ({"sample_limit": 0}, "sample_limit", "not a number of samples"),
        ({"sample_limit": True}, "sample_limit", "not a number of samples"),
        ({"thresholds": {"error_percent": 101}}, "thresholds.error_percent", "more than 100 percent"),
        ({"thresholds": {"error_percent": "5 or vector(1)"}}, "thresholds.error_percent", "not a number above 0"),
        ({"thresholds": {"latency_seconds": 0}}, "thresholds.latency_seconds", "not a number above 0"),
        ({"thresholds": {"latency_seconds": "nan"}}, "thresholds.latency_seconds", "not a number above 0"),
        ({"thresholds": {"quota_warning_percent": 95}}, "thresholds.quota_warning_percent", "not below"),
        ({"thresholds": {"latency": 1}}, "thresholds.latency", "latency_seconds"),
        ({"receivers": {"type": "slack"}}, "receivers", "not a list"),
        ({"receivers": [{"type": "slak", "secret": {}}]}, "receivers[0].type", 'did you mean "slack"?'),
        ({"receivers": [{"type": "slack"}]}, "receivers[0].secret", "is missing"),
        (
            {"receivers": [{"type": "webhook", "secret": {"name": "a"}}]},
            "receivers[0].secret",
            "does not refer to a Secret",
        ),
        (
            {"receivers": [{"type": "webhook", "secret": {"name": "A B", "key": "k"}}]},
            "receivers[0].secret.name",
            "not a Secret's name",
        ),
        (
            {"receivers": [{"type": "webhook", "secret": {"name": "a", "key": "k/l"}}]},
            "receivers[0].secret.key",
            "not a key",
        ),
        (
            {"receivers": [{"type": "webhook", "secret": {"name": "a", "key": "k"}, "channel": "#c"}]},
            "receivers[0].channel",
            "does not exist",
        ),
        ({"receivers": [{"type": "email"}]}, "receivers[0].to", "is missing"),
        ({"receivers": [{"type": "email", "to": "somebody"}]}, "receivers[0].to", "not a mail address"),
        ({"receivers": [{"type": "email", "to": "a@b", "username": "u"}]}, "receivers[0].secret", "password"),
        (
            {"receivers": [{"type": "email", "to": "a@b", "secret": {"name": "a", "key": "k"}}]},
            "receivers[0].username",
            "is missing",
        ),
        ({"receivers": [{"type": "email", "to": "a@b", "smarthost": "mail"}]}, "receivers[0].smarthost", "host:port"),
        ({"dashboard": {"folder": "../../etc"}}, "dashboard.folder", "not a folder's title"),
        ({"dashboard": {"folder": "a/b"}}, "dashboard.folder", "not a folder's title"),
        ({"dashboard": {"folder": "fr\u0430ud\u200b"}}, "dashboard.folder", "invisible character"),
        ({"dashboard": {"folder": "{{ x }}"}}, "dashboard.folder", "template marker"),
        ({"dashboard": {"label": "a b"}}, "dashboard.label", "is not valid"),
        ({"dashboard": {"label_value": "/"}}, "dashboard.label_value", "not a label's value"),
        ({"runbook_url": "ftp://x"}, "runbook_url", "not the address of a page"),
        ({"directory": "monitoring"}, "directory", "not an absolute path"),
        ([], "tenant_namespace_monitoring", "not a mapping"),
    ],
)
def test_what_is_wrong_is_named_by_its_field(given: Any, field: str, said: str) -> None:
    message = refused(given)
    assert field in message.splitlines()[0] and said in message


@pytest.mark.parametrize(
    "receiver",
    [
        HOOK,
        {"type": "slack", "secret": HOOK},
        {"type": "slack", "secret": {"name": HOOK, "key": "url"}},
        {"type": "slack", "secret": {"name": "alerting", "key": HOOK}},
        {"type": "slack", "secret": {"value": HOOK}},
        {"type": "slack", "channel": HOOK, "secret": {"name": "alerting", "key": "url"}},
        {"type": "webhook", "url": HOOK},
        {"type": "email", "to": "a@b", "smarthost": f"user:{HOOK}@mail:25"},
    ],
)
def test_a_secret_that_was_written_into_the_options_is_not_repeated(receiver: Any) -> None:
    message = refused({"receivers": [receiver]})
    assert "s3cr3t" not in message and "hooks.example" not in message
    assert refused({"runbook_url": "https://user:s3cr3t@wiki.example"}).find("s3cr3t") == -1
