# SPDX-License-Identifier: GPL-3.0-or-later
"""Free text from outside: what is refused before it reaches an object or a screen."""

from __future__ import annotations

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.names import (
    LONGEST,
    is_dns_label,
    is_dns_subdomain,
    is_rfc_1035_label,
    unsafe,
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a\u200bb", "invisible"),
        ("a\u2066b", "invisible"),
        ("a\u202eb", "invisible"),
        ("a\x1b[2J", "invisible"),
        ("a\nb: c", "invisible"),
        ("\ue000", "invisible"),
        ("\uff46raud", "look-alike"),
        ("\ufb01n", "look-alike"),
        ("{{ lookup('pipe', 'id') }}", "template marker"),
        ("{% raw %}", "template marker"),
        ("{# x #}", "template marker"),
        (" a", "white space"),
        ("x" * (LONGEST + 1), "longer than 4096"),
    ],
)
def test_what_is_refused(text: str, words: str) -> None:
    assert words in unsafe(text)


@pytest.mark.parametrize(
    "text", ["", "Team of Olga: 24/7", "Equipe Betrug \u00e9\u00e8", "\u4e0d\u6b63\u691c\u77e5", "x" * LONGEST]
)
def test_what_passes(text: str) -> None:
    assert unsafe(text) == ""


@pytest.mark.parametrize(
    ("text", "label", "service", "subdomain"),
    [
        ("a", True, True, True),
        ("1a", True, False, True),
        ("a.b", False, False, True),
        ("a" * 63, True, True, True),
        ("a" * 64, False, False, True),
        ("a-", False, False, False),
        ("A", False, False, False),
        ("\u0661", False, False, False),
        ("", False, False, False),
        (".".join(["a"] * 127), False, False, True),
        (".".join(["a"] * 128), False, False, False),
    ],
)
def test_names(text: str, label: bool, service: bool, subdomain: bool) -> None:
    assert (is_dns_label(text), is_rfc_1035_label(text), is_dns_subdomain(text)) == (label, service, subdomain)
