# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How to read the page: its marks and its small charts."""

from __future__ import annotations

from .element import Markup, element
from .words import SEVERITIES, chip, severity

_CHARTS = (
    "Latency: the line goes from the fastest answer to the slowest, the bar from p50 to p90, and the strokes are p50 and p99.",
    "Traffic split: the bar is where the true share lies at the confidence given, the dot what was observed, the stroke what the weights say.",
    "Quota: the bar is what is used, the lighter part what the change adds.",
    "Servers: the boxes are where the ServerConfig was looked for, from the left; the one with the thick frame is where it was found.",
)


def guide() -> Markup:
    """Folded until it is asked for."""
    marks = element(
        "p",
        [[severity(name), " "] for name in SEVERITIES],
        chip("ok", "ok"),
        " ",
        chip("unknown", "unknown"),
        " ",
        chip("none", "nothing to tell"),
    )
    unknown = element("p", "Unknown means that it could not be seen. It is never counted as ok.")
    return element(
        "details",
        element("summary", "How to read this page"),
        marks,
        unknown,
        element("ul", [element("li", line) for line in _CHARTS]),
    )
