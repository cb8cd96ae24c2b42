# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Explains an unexpected HTTP status of Seldon's mesh, with the next step."""

from __future__ import annotations

import re

from ..diagnosis.quoting import printable
from .message import Response
from .payload import NotJson, decode
from .target import Kind, Target

_NO_HEALTHY = "no healthy upstream"
_NOT_FOUND = re.compile(r"^Model (?P<name>\S{1,300}) not found")


def explain_status(response: Response, target: Target, expected: int) -> str:
    """One cause and the next step, on one line. The first match wins."""
    status, text = response.status, _text(response)
    answer = f"{status}{f' ({text})' if text else ''}, expected {expected}"
    resource = f"kubectl get {target.kind.value.lower()} {target.name}"
    if 300 <= status < 400:
        where = response.headers.get("location", "")[:120]
        return f"{answer}: a redirect{f' to {where}' if where else ''}, which is not followed. Give the address that it leads to"
    if status == 404 and not text:
        return f"{answer}: the mesh does not know {target}. See whether it is Ready: {resource}"
    if status == 404 and (match := _NOT_FOUND.match(text)):
        named = (
            f"the server has no model {match['name']}"
            if target.kind is Kind.MODEL
            else f"a server has no model {match['name']}"
        )
        return f"{answer}: {named}. Send requests through seldon-mesh, which translates the names of models for servers: {resource}"
    if status == 503 and _NO_HEALTHY in text:
        return f"{answer}: no replica serves {target}. See its Servers: kubectl get servers; {resource}"
    if status in (502, 503, 504):
        return (
            f"{answer}: a server behind the mesh did not answer. See its pods: kubectl get pods -l seldon-server-name"
        )
    if status in (401, 403):
        return f"{answer}: a proxy in front of the mesh requires a login. Put its header into url_headers, or bypass it with via=port_forward"
    if status in (400, 422):
        return (
            f"{answer}: the model refuses the payload. Compare its inputs with GET {target.path.removesuffix('/infer')}"
        )
    if status >= 500:
        return f"{answer}: the model failed. See the log of the server's pods: kubectl logs -l seldon-server-name"
    return answer


def _text(response: Response) -> str:
    """The error in the body, as one short line: the field ``error`` of the V2 protocol, or the beginning of the text."""
    try:
        body = decode(response.body[:100_000])
    except NotJson:
        body = None
    error = body.get("error") or body.get("message") or body.get("detail") if isinstance(body, dict) else None
    text = error if isinstance(error, str) else response.body[:400].decode("utf-8", "replace")
    return printable(text).strip()[:200]
