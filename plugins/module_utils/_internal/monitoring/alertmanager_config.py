# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The AlertmanagerConfig of a tenant: its own alerts to its own team, by whatever its Secrets hold."""

from __future__ import annotations

from ..kube.types import KubeObject
from .monitors import GROUP, metadata
from .options import MonitoringOptions
from .receivers import Receiver, SecretKey

NAME = "tenant-alerts"
RECEIVER = "team"


def alertmanager_config(tenant: str, options: MonitoringOptions) -> list[KubeObject]:
    """None without receivers."""
    if not options.receivers:
        return []
    receiver: KubeObject = {"name": RECEIVER}
    for entry in options.receivers:
        key, config = _config(entry)
        receiver.setdefault(key, []).append({"sendResolved": True, **config})
    route = {
        "receiver": RECEIVER,
        "groupBy": ["alertname", "severity"],
        "groupWait": "30s",
        "groupInterval": "5m",
        "repeatInterval": "12h",
        # The Prometheus Operator adds this by default; that default can be turned off.
        "matchers": [{"name": "namespace", "matchType": "=", "value": tenant}],
    }
    spec = {"route": route, "receivers": [receiver]}
    return [
        {
            "apiVersion": f"{GROUP}/v1alpha1",
            "kind": "AlertmanagerConfig",
            "metadata": metadata(NAME, tenant, options),
            "spec": spec,
        }
    ]


def _config(receiver: Receiver) -> tuple[str, KubeObject]:
    if receiver.type == "slack":
        channel = {"channel": receiver.channel} if receiver.channel else {}
        return "slackConfigs", {"apiURL": _key(receiver.secret), **channel}
    if receiver.type == "webhook":
        return "webhookConfigs", {"urlSecret": _key(receiver.secret)}
    if receiver.type == "pagerduty":
        return "pagerdutyConfigs", {"routingKey": _key(receiver.secret)}
    config: KubeObject = {"to": receiver.to}
    for field, value in (
        ("from", receiver.sender),
        ("smarthost", receiver.smarthost),
        ("authUsername", receiver.username),
    ):
        if value:
            config[field] = value
    if receiver.secret:
        config["authPassword"] = _key(receiver.secret)
    return "emailConfigs", config


def _key(secret: SecretKey | None) -> KubeObject:
    return {"name": secret.name, "key": secret.key} if secret else {}
