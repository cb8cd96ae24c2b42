# SPDX-License-Identifier: GPL-3.0-or-later
"""The documents name files, sections, variables, make targets and modules that exist."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[3]
DOCUMENTS = sorted(
    [
        ROOT / "README.md",
        ROOT / "CONTRIBUTING.md",
        ROOT / "CHANGELOG.md",
        ROOT / "lab" / "README.md",
        *(ROOT / "docs").glob("*.md"),
    ]
    + [*ROOT.glob("roles/*/README.md"), *ROOT.glob("examples/*/README.md")]
)
ROLES = ("seldon_core", "tenant_namespace")
LINK = re.compile(r"\]\(([^)\s]+)\)")
VARIABLE = re.compile(rf"\b(?:{'|'.join(ROLES)})_[a-z_]*[a-z]\b")
PLUGIN = re.compile(r"\bml_platform\.seldon\.([a-z_]+)")


@pytest.fixture(params=DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def document(request: pytest.FixtureRequest) -> Path:
    return Path(request.param)


def anchors(path: Path) -> set[str]:
    """The anchors of a document's headings, as code hosts generate them."""
    headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def variables() -> set[str]:
    """The options, tags and task names of the roles."""
    found = set()
    for role in ROLES:
        specs = yaml.safe_load((ROOT / "roles" / role / "meta" / "argument_specs.yml").read_text())["argument_specs"]
        found |= {name for spec in specs.values() for name in spec["options"]}
        tasks = "".join(path.read_text() for path in (ROOT / "roles" / role / "tasks").glob("*.yml"))
        found |= {tag for tags in re.findall(r"tags: \[([^]]*)\]", tasks) for tag in re.split(r",\s*", tags)}
    return found


def test_links_lead_somewhere(document: Path) -> None:
    for link in LINK.findall(document.read_text(encoding="utf-8")):
        if link.startswith(("http://", "https://")):
            continue
        path, _, anchor = link.partition("#")
        target = (document.parent / path).resolve() if path else document
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


PAGES = [*sorted((ROOT / "docs").glob("*.md")), *sorted(ROOT.glob("roles/*/README.md"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_page_begins_with_its_readers_then_an_example(page: Path) -> None:
    _title, first, *_rest = page.read_text(encoding="utf-8").split("\n\n")
    assert first.startswith("For "), first
    assert re.search(r"(?:After reading this page|For each) you can |With this role you ", " ".join(first.split())), (
        first
    )
    before = page.read_text(encoding="utf-8").partition("```")[0]
    assert len(re.findall(r"^#", before, re.MULTILINE)) <= 2, "the first example comes after two headings"


def test_variables_exist(document: Path) -> None:
    known = variables()
    named = set(VARIABLE.findall(document.read_text(encoding="utf-8")))
    assert {
        name for name in named if name not in known and not any(option.startswith(f"{name}_") for option in known)
    } == set()


def test_make_targets_exist(document: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for line in re.findall(r"^make .*$|`make [^`]*`", document.read_text(encoding="utf-8"), re.MULTILINE):
        command = shlex.split(line.strip("`"), comments=True)[1:]
        assert {word for word in command if "=" not in word} <= targets, line


def test_plugins_roles_and_playbooks_exist(document: Path) -> None:
    known = {
        path.stem
        for kind in ("modules", "callback", "filter", "lookup")
        for path in (ROOT / "plugins" / kind).glob("*.py")
    }
    known |= {path.name for path in (ROOT / "roles").iterdir()} | {
        path.stem for path in (ROOT / "playbooks").glob("*.yml")
    }
    known |= {"seldon"}  # the action group
    assert set(PLUGIN.findall(document.read_text(encoding="utf-8"))) <= known


def test_every_module_role_and_playbook_is_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    modules = {path.stem for path in (ROOT / "plugins" / "modules").glob("*.py")}
    assert {name for name in modules | set(ROLES) if f"`{name}`" not in readme} == set()
