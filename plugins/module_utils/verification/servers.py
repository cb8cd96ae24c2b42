# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How each Server came to its ServerConfig."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..audit.finding import Finding
from .rules import SERVER


def server_data(server: Mapping[str, Any]) -> dict[str, Any]:
    """One entry of the document, of one of ``serverconfig_info``'s."""
    desired, actual, arrived = server["desired"], server["actual"], server["arrived"]
    config = desired["config"]
    return {
        "name": server["server"],
        "server_config": f"{config['namespace']}/{config['name']}" if config else desired["reference"],
        "verdict": server["verdict"],
        "message": message_of(server),
        "next_step": server["next_step"],
        "trace": [
            {key: step[key] or "" for key in ("namespace", "scope", "outcome", "detail")} for step in desired["trace"]
        ],
        "operators": list(actual["operators"]),
        "agreement": server["agreement"],
        "arrived": arrived["state"],
        "paths": list(arrived["paths"]),
    }


def message_of(server: Mapping[str, Any]) -> str:
    """Why it gets none, or what is wrong with what it gets; empty where all is well."""
    said = server["desired"]["message"] or server["actual"]["message"]
    return str(
        said
        or "; ".join(
            str(finding["message"]) for finding in server["findings"] if finding["severity"] in ("error", "unknown")
        )
    )


def server_findings(server: Mapping[str, Any]) -> Iterator[Finding]:
    """One where it does not get what it should."""
    if server["verdict"] == "error":
        namespace = str(server["namespace"])
        yield SERVER.found(
            namespace,
            f"Server {namespace}/{server['server']}",
            message_of(server),
            "spec.serverConfig",
            server["next_step"],
        )


def is_unknown(server: Mapping[str, Any]) -> bool:
    """Whether it could not be told."""
    return bool(server["verdict"] == "unknown")
