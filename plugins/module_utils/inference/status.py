# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What an unexpected HTTP status means behind Seldon's mesh, and what to do."""

from __future__ import annotations

import re

from ..kube.shown import printable
from .message import Response
from .payload import NotJson, decode
from .target import Kind, Target

_NO_HEALTHY = "no healthy upstream"
_NOT_FOUND = re.compile(r"^Model (?P<name>\S{1,300}) not found")


def explain_status(response: Response, target: Target, expected: int) -> str:
    """One cause and a next step, without line breaks. The first match wins."""
    status, text = response.status, _text(response)
    said = f"{status}{f' ({text})' if text else ''}, expected {expected}"
    resource = f"kubectl get {target.kind.value.lower()} {target.name}"
    if 300 <= status < 400:
        where = response.headers.get("location", "")[:120]
        return f"{said}: a redirect{f' to {where}' if where else ''}, which is not followed. Give the address that it leads to"
    if status == 404 and not text:
        return f"{said}: the mesh knows no {target}. Is it Ready: {resource}"
    if status == 404 and (match := _NOT_FOUND.match(text)):
        named = (
            f"the server has no model {match['name']}"
            if target.kind is Kind.MODEL
            else f"a server was asked for {match['name']}"
        )
        return f"{said}: {named}. Ask through seldon-mesh, which gives models the names that servers know: {resource}"
    if status == 503 and _NO_HEALTHY in text:
        return f"{said}: no replica serves {target}. See its Servers: kubectl get servers; {resource}"
    if status in (502, 503, 504):
        return f"{said}: a server behind the mesh did not answer. See its pods: kubectl get pods -l seldon-server-name"
    if status in (401, 403):
        return f"{said}: something in front of the mesh wants a login. Give its header in url_headers, or go round it with via=port_forward"
    if status in (400, 422):
        return (
            f"{said}: the model refuses the payload. Compare its inputs with GET {target.path.removesuffix('/infer')}"
        )
    if status >= 500:
        return f"{said}: the model failed. See the log of the server's pods: kubectl logs -l seldon-server-name"
    return said


def _text(response: Response) -> str:
    """What the body says in one short line: the field ``error`` of the V2 protocol, or the text itself."""
    try:
        body = decode(response.body[:100_000])
    except NotJson:
        body = None
    said = body.get("error") or body.get("message") or body.get("detail") if isinstance(body, dict) else None
    text = said if isinstance(said, str) else response.body[:400].decode("utf-8", "replace")
    return printable(text).strip()[:200]
