# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Makes texts of diagnostics. Quoted texts cannot add lines or move the cursor."""

from __future__ import annotations

from .diagnostic import Diagnostic
from .quoting import one_line, printable


def as_line(diagnostic: Diagnostic) -> str:
    """``k8s/server.yaml:12  Server mlserver: spec.replicas: is negative; expected 0 or more; correct it``. Empty parts and
    details are left out.
    """
    cause = ": ".join(part for part in (str(diagnostic.subject), diagnostic.field, diagnostic.message) if part)
    expected = f"expected {diagnostic.expected}" if diagnostic.expected else ""
    text = one_line("; ".join(part for part in (cause, expected, diagnostic.next_step) if part))
    return f"{one_line(str(diagnostic.place))}  {text}" if diagnostic.place else text


def as_text(diagnostic: Diagnostic, *, with_field: bool = False) -> str:
    """Place, subject and message in the first line; then one indented line for the expected value, for each detail and for
    each next step. ``with_field``: with the field before the message.
    """
    place = f"{diagnostic.place}  " if diagnostic.place else ""
    field = f"{diagnostic.field}: " if with_field and diagnostic.field else ""
    lines = [f"{place}{diagnostic.subject}: {field}{diagnostic.message}"]
    lines += [f"  expected {diagnostic.expected}"] if diagnostic.expected else []
    lines += [f"  {line}" for line in (*diagnostic.details, *diagnostic.next_steps)]
    return "\n".join(map(printable, lines))


def as_marked_lines(diagnostic: Diagnostic) -> list[str]:
    """``warning: Deployment a/b watches every namespace``, and one line ``  next: …`` per next step."""
    first = " ".join(part for part in (str(diagnostic.subject), diagnostic.field, diagnostic.message) if part)
    lines = [f"{diagnostic.severity.value}: {first}", *(f"  next: {step}" for step in diagnostic.next_steps)]
    return [printable(line) for line in lines]
