# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How to read the page: its marks and its small charts."""

from __future__ import annotations

from .element import Markup, element
from .words import SEVERITIES, chip, severity

_CHARTS = (
    "Latency: the line goes from the fastest answer to the slowest, the bar from p50 to p90, and the strokes are p50 and p99.",
    "Traffic split: the bar is the range of the true share at the given confidence, the dot the observed share, the stroke the share by the weights.",
    "Quota: the bar is the current use, the lighter part the use that the change adds.",
    "Servers: the boxes are the namespaces in which the ServerConfig was looked up, from the left; it was found in the one with the thick frame.",
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
        chip("none", "nothing to report"),
    )
    unknown = element("p", "Unknown means that it could not be checked. It is never counted as ok.")
    return element(
        "details",
        element("summary", "How to read this page"),
        marks,
        unknown,
        element("ul", [element("li", line) for line in _CHARTS]),
    )
