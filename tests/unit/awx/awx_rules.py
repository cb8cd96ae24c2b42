# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules of AWX's API that its modules do not check: surveys, workflows, schedules, injectors, and names that refer to
other entries.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import SimpleNamespace
from typing import Any

from dateutil.rrule import rrulestr
from jinja2 import StrictUndefined, UndefinedError
from jinja2.sandbox import ImmutableSandboxedEnvironment

VARIABLE = re.compile(r"[a-z_][a-z0-9_]*")
DEFAULT_TYPES: dict[str, type | tuple[type, ...]] = {
    "text": str, "textarea": str, "password": str, "multiplechoice": str, "multiselect": str, "integer": int, "float": (int, float),
}  # fmt: skip
QUESTION = {
    "question_name",
    "question_description",
    "type",
    "variable",
    "required",
    "default",
    "choices",
    "min",
    "max",
    "new_question",
}
RESERVED_ENVIRONMENT = re.compile(r"ANSIBLE_|LD_|PATH$|HOME$|PYTHON|AWX_|JOB_ID$|INVENTORY_")
LINKS = ("success_nodes", "failure_nodes", "always_nodes")
ENTRIES = Iterable[tuple[str, str, Mapping[str, Any]]]


def survey_problems(survey: Mapping[str, Any]) -> list[str]:
    """Problems that AWX reports for a POST of the survey, and ones that its job form does not show."""
    if not survey:
        return []
    found = [
        f"survey has no {name}"
        for name, kind in (("name", str), ("description", str), ("spec", list))
        if not isinstance(survey.get(name), kind)
    ]
    seen: set[str] = set()
    for number, question in enumerate(survey.get("spec") or []):
        found += [f"question {number}: {text}" for text in _question(question, seen)]
    return found + ([] if survey.get("spec") else ["survey has no questions"])


def _question(question: Mapping[str, Any], seen: set[str]) -> list[str]:
    missing = [
        f"{name} is missing" for name in ("type", "question_name", "variable", "required") if name not in question
    ]
    if missing:
        return missing
    kind, variable, default = question["type"], question["variable"], question.get("default", "")
    found = [f"{name} is not a field of a question" for name in question if name not in QUESTION]
    if kind not in DEFAULT_TYPES:
        return [*found, f"type {kind} is none of {', '.join(DEFAULT_TYPES)}"]
    if not isinstance(question["required"], bool):
        found.append("required is not a boolean")
    if not VARIABLE.fullmatch(variable) or variable in seen:
        found.append(f"variable {variable} is not a name, or is used twice")
    seen.add(variable)
    if default != "" and (not isinstance(default, DEFAULT_TYPES[kind]) or isinstance(default, bool)):
        found.append(f"default {default!r} is not of type {kind}")
    found += [
        f"{name} is not an integer" for name in ("min", "max") if not isinstance(question.get(name), (int, type(None)))
    ]
    if (
        isinstance(question.get("min"), int)
        and isinstance(question.get("max"), int)
        and question["min"] > question["max"]
    ):
        found.append("min is more than max")
    if kind in ("multiplechoice", "multiselect"):
        choices = question.get("choices")
        if (
            not isinstance(choices, list)
            or not choices
            or not all(isinstance(choice, str) and choice.strip() and "\n" not in choice for choice in choices)
        ):
            return [*found, "choices are not a list of lines"]
        defaults = str(default).splitlines()
        if any(line not in choices for line in defaults) or (kind == "multiplechoice" and len(defaults) > 1):
            found.append(f"default {default!r} is none of the choices")
    return found


def workflow_problems(workflow: Mapping[str, Any]) -> list[str]:
    """Problems: links to missing nodes, unreachable nodes, cycles, nodes that are neither template nor approval."""
    nodes = {node["identifier"]: node for node in workflow.get("workflow_nodes") or []}
    found = [] if len(nodes) == len(workflow.get("workflow_nodes") or []) else ["two nodes have one identifier"]
    links = {
        name: [link["identifier"] for kind in LINKS for link in node.get("related", {}).get(kind, [])]
        for name, node in nodes.items()
    }
    found += [
        f"node {name} leads to {target}, which is not a node"
        for name, targets in links.items()
        for target in targets
        if target not in nodes
    ]
    for name, node in nodes.items():
        template = node.get("unified_job_template") or {}
        if template.get("type") not in (
            "job_template",
            "workflow_approval",
            "project",
            "inventory_source",
            "workflow_job_template",
        ):
            found.append(f"node {name} has no type that AWX knows")
        if template.get("type") == "workflow_approval" and not template.get("timeout"):
            found.append(f"approval {name} waits forever")
        if name in _reached(links, links[name]):
            found.append(f"node {name} leads back to itself")
        if any([*nodes].index(target) < [*nodes].index(name) for target in links[name] if target in nodes):
            found.append(f"node {name} leads to one that is above it")
    return found


def _reached(links: Mapping[str, list[str]], begin: Iterable[str]) -> set[str]:
    reached: set[str] = set()
    todo = list(begin)
    while todo:
        name = todo.pop()
        if name not in reached:
            reached.add(name)
            todo += links.get(name, [])
    return reached


def schedule_problems(rule: str) -> list[str]:
    """Problems of a schedule's rule that AWX's API refuses, and parts that dateutil cannot read."""
    wanted = {
        r"^DTSTART(;TZID=[\w/+-]+)?:\d{8}T\d{6}Z? ": "begins with DTSTART:YYYYMMDDTHHMMSSZ",
        r"\bRRULE:": "has an RRULE",
        r"INTERVAL=\d+": "has an INTERVAL",
    }
    refused = {
        r"RRULE:.*RRULE:": "several RRULEs", r"DTSTART.*DTSTART": "several DTSTARTs", r"SECONDLY": "SECONDLY", r"BYYEARDAY": "BYYEARDAY",
        r"BYWEEKNO": "BYWEEKNO", r"BYDAY=\d": "BYDAY with a number", r"COUNT=.*UNTIL=|UNTIL=.*COUNT=": "COUNT and UNTIL",
    }  # fmt: skip
    found = [f"a rule {text}" for pattern, text in wanted.items() if not re.search(pattern, rule)]
    found += [f"a rule has no {text}" for pattern, text in refused.items() if re.search(pattern, rule)]
    try:
        next(iter(rrulestr(rule.replace(" ", "\n"))))
    except (ValueError, StopIteration) as problem:
        found.append(f"the rule never comes: {problem}")
    return found


def credential_type_problems(entry: Mapping[str, Any]) -> list[str]:
    """Problems of injectors: fields or files that the type does not have, and variables that AWX reserves."""
    fields = {field["id"]: field for field in entry["inputs"]["fields"]}
    found = [f"required field {name} is none" for name in entry["inputs"].get("required", []) if name not in fields]
    found += [
        f"field {name} has no label or type"
        for name, field in fields.items()
        if not field.get("label") or field.get("type") not in ("string", "boolean")
    ]
    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined)
    files = entry["injectors"].get("file", {})
    tower = SimpleNamespace(filename=SimpleNamespace(**{label.partition(".")[2]: "/file" for label in files}))
    for place in ("file", "env", "extra_vars"):
        for name, template in entry["injectors"].get(place, {}).items():
            try:
                environment.from_string(template).render({**dict.fromkeys(fields, "x"), "tower": tower})
            except UndefinedError as problem:
                found.append(f"injector {name}: {problem}")
    return found + [
        f"{name} is AWX's own variable"
        for name in entry["injectors"].get("env", {})
        if RESERVED_ENVIRONMENT.match(name)
    ]
