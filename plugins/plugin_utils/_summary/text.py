# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The summary at the end of a run: for each tenant its state, the source of its ServerConfigs, and the next step."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.diagnosis.quoting import printable
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota_check.text import table

from .notes import notes_of, shared_notes
from .outcome import Outcome
from .ownership import remarks_by_label

LABEL = 26
SHOWN = 3
"""The largest number of names in one line."""
CHANGES = ("created", "updated", "taken over", "removed", "handed over")
ACTIONS = (*CHANGES, "left alone", "kept", "finished")


def summary_lines(outcomes: Iterable[Outcome], rerun: str) -> list[str]:
    """The lines, without colour and control characters. ``rerun`` is the command that repeats the run, without ``--limit``.

    Notes of several tenants follow the tenants that succeeded. Failures are last.
    """
    ordered = sorted(outcomes, key=lambda entry: entry.tenant)
    shared = shared_notes(ordered)
    lines = [line for outcome in ordered if not outcome.failure for line in _succeeded(outcome, shared)]
    if shared:
        lines.append("several tenants")
        lines += [_row(f"note of {count} tenants", text) for text, count in shared.items()]
    lines += [line for outcome in ordered if outcome.failure for line in _failed(outcome, rerun)]
    return [printable(line) for line in lines]


def _succeeded(outcome: Outcome, shared: Collection[str]) -> list[str]:
    result = outcome.result
    lines = [f"{outcome.tenant:<{LABEL}} {_headline(outcome)}"]
    if outcome.stopped:
        return lines
    lines += [_row(f"Server {server['name']}", _config(server)) for server in result.get("servers") or []]
    for title, key in (("Models", "models"), ("Experiments", "experiments"), ("Pipelines", "pipelines")):
        names = result.get(key) or []
        if names:
            lines.append(_row(title, f"{len(names)}  {', '.join(names)}"))
    quotas = table((result.get("capacity") or {}).get("quotas") or [])
    lines += [_row("quota" if not number else "", line) for number, line in enumerate(quotas)]
    changes = _changes(result)
    if changes:
        lines.append(_row("would change" if outcome.check_mode else "objects", changes))
    lines += _remarks(result)
    lines += [_row("note", text) for text in notes_of(outcome) if text not in shared]
    if not outcome.check_mode and result.get("models"):
        lines.append(_row("next", f"kubectl port-forward -n {result['namespace']} svc/seldon-mesh 8080:80"))
        lines.append(
            _row(
                "",
                f"curl http://localhost:8080/v2/models/{result['models'][0]}/infer -H 'Content-Type: application/json' -d @test-payload.json",
            )
        )
    return lines


def _headline(outcome: Outcome) -> str:
    if outcome.stopped:
        return "not deployed: its check passed, but the run ended before its deployment"
    if outcome.check_mode:
        counts = outcome.result.get("counts") or {}  # the task of a check never reports a change
        if any(counts.get(action) for action in CHANGES) or outcome.result.get("changed"):
            return f"would be changed{_differing(outcome.result)}"
        return _differing(outcome.result).removeprefix(", ") or "in the desired state"
    state = "ready" if outcome.result.get("waited", True) else "applied, not waited for"
    unchanged = "" if outcome.result.get("changed") else ", nothing changed"
    return f"{state} in {outcome.seconds:.0f} s{unchanged}{_differing(outcome.result)}"


def _differing(result: Mapping[str, Any]) -> str:
    """``, 2 objects stay different: others own their fields``; empty if there is none."""
    objects = result.get("objects") or []
    number = sum(any(not field["allowed_by"] for field in entry.get("held") or []) for entry in objects)
    if not number:
        return ""
    return ", 1 object stays different" if number == 1 else f", {number} objects stay different"


def _config(server: Mapping[str, Any]) -> str:
    if server["source"] == "unresolved":  # its name can be any text, and a note quotes it
        return "no ServerConfig: see the note"
    where = "copy of the platform's"
    if server["source"] == "own":
        where = "own; hides the platform's" if server["hides_platform"] else "own"
    return f"ServerConfig {server['namespace']}/{server['server_config']} ({where})"


def _changes(result: Mapping[str, Any]) -> str:
    counts: Mapping[str, int] = result.get("counts") or {}
    return ", ".join(f"{counts[action]} {action}" for action in ACTIONS if counts.get(action))


def _remarks(result: Mapping[str, Any]) -> list[str]:
    left = [line for text in result.get("left") or [] for line in text.split("\n")]
    lines = [_row("left to the platform" if not n else "", line) for n, line in enumerate(left)]
    for label, by_text in remarks_by_label(result.get("objects") or []).items():
        for text, names in by_text.items():
            lines.append(_row(label, f"{_first(names)}: {text}"))
    return lines


def _first(names: Sequence[str]) -> str:
    return f"{', '.join(names[:SHOWN])} and {len(names) - SHOWN} more" if len(names) > SHOWN else ", ".join(names)


def _failed(outcome: Outcome, rerun: str) -> list[str]:
    when = "failed" if outcome.written else "failed before anything was written"
    lines = [f"{outcome.tenant:<{LABEL}} {when}"]
    lines += [f"  {line}" for line in outcome.failure.splitlines()]
    lines.append(_row("then", f"{rerun} --limit {outcome.tenant}"))
    return lines


def _row(label: str, text: str) -> str:
    return f"  {label:<{LABEL - 2}} {text}"
