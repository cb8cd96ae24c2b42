# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Files, directories and kustomizations to one set of manifests, with every problem of the set at once."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

from .kustomization import find_kustomization, looks_like_manifests, walk
from .kustomize import TIMEOUT, build, find_binary
from .manifest import Manifest, Origin, check_object, find_duplicates, identity_of, title_of
from .problem import ManifestError, Problem
from .source import SUFFIXES, Source, document_problems, read_file, read_text
from .tree import objects_of, plain

MAX_FILES = 500
MAX_OBJECTS = 2000


def load_manifests(
    paths: Iterable[str],
    *,
    kustomize: str | None = None,
    relative_to: str | None = None,
    timeout: float = TIMEOUT,
    max_objects: int | None = None,
) -> list[Manifest]:
    """The objects of all paths, in the order of the paths. Raises ManifestError with every problem of the set.

    A path is a file (.yaml, .yml, .json), a kustomization (its directory, or its kustomization.yaml), or a directory
    without one: then its .yaml, .yml and .json files in the order of their names, hidden files and subdirectories not.
    A path without any object is a problem: an empty set would remove what the team has.

    ``kustomize`` is the program for kustomizations (default: kustomize, else kubectl, on PATH); ``timeout`` is its limit in
    seconds. ``max_objects`` bounds the set (default: MAX_OBJECTS, what a team may have). Messages name files as ``paths`` do
    or, where ``relative_to`` is given, relative to that directory.
    """
    loader = _Loader(kustomize, relative_to, timeout, max_objects or MAX_OBJECTS)
    for path in paths:
        loader.path(path)
    if not loader.problems:
        loader.problems.extend(find_duplicates(loader.manifests))
    if loader.problems:
        raise ManifestError(loader.problems)
    return loader.manifests


class _Loader:
    def __init__(self, kustomize: str | None, relative_to: str | None, timeout: float, max_objects: int) -> None:
        self.kustomize = kustomize
        self.relative_to = relative_to
        self.timeout = timeout
        self.max_objects = max_objects
        self.manifests: list[Manifest] = []
        self.problems: list[Problem] = []

    def path(self, path: str) -> None:
        """Loads one path."""
        if not path:
            self._problem(
                "",
                "a path of the manifests is empty",
                "name a file, a directory or a kustomization, or give an empty list",
            )
            return
        before = len(self.manifests), len(self.problems)
        shown = os.path.relpath(path, self.relative_to) if self.relative_to else os.path.normpath(path)
        if os.path.isdir(path):
            if find_kustomization(path):
                self._kustomization(path, shown)
            else:
                self._directory(path, shown)
        elif os.path.basename(path) in find_kustomization(os.path.dirname(path) or "."):
            self._kustomization(os.path.dirname(path) or ".", os.path.dirname(shown) or ".")
        elif not os.path.exists(path):
            self._problem(shown, "does not exist", "correct the path")
        elif not path.endswith(SUFFIXES):
            self._problem(shown, "is neither YAML nor JSON", f"name files that end in {', '.join(SUFFIXES)}")
        else:
            self._source(read_file(path, shown))
        if before == (len(self.manifests), len(self.problems)):
            self._problem(
                shown, "holds no object", "add one, or take the path out of the list if nothing is meant to be there"
            )

    def _problem(self, file: str, message: str, next_step: str) -> None:
        self.problems.append(Problem(file, None, "", "", message, next_step))

    def _directory(self, path: str, shown: str) -> None:
        try:
            names = sorted(os.listdir(path))
        except OSError as error:
            self._problem(shown, f"cannot be read: {error.strerror}", "check its permissions")
            return
        files = [
            name
            for name in names
            if name.endswith(SUFFIXES) and not name.startswith(".") and os.path.isfile(os.path.join(path, name))
        ]
        if len(files) > MAX_FILES:
            self._problem(shown, f"has more than {MAX_FILES} files", "split it into several directories")
            return
        if not files:
            below = next(_manifest_directories(path, shown), None)
            hint = f'did you mean "{below}"?' if below else "add .yaml, .yml or .json files"
            self._problem(shown, "has no manifests (subdirectories are not read)", hint)
        for name in files:
            self._source(read_file(os.path.join(path, name), os.path.join(shown, name)))

    def _kustomization(self, directory: str, shown: str) -> None:
        found = walk(directory, shown)
        if found.problems:
            self.problems.extend(found.problems)
            return
        command = find_binary(self.kustomize, shown)
        if isinstance(command, Problem):
            self.problems.append(command)
            return
        output = build(command, directory, shown, self.timeout, quotable=not found.secrets)
        if isinstance(output, Problem):
            self.problems.append(output)
            return
        file = os.path.join(shown, find_kustomization(directory)[0])
        self._source(read_text(output, file), _origins(found.sources))

    def _source(self, source: Source, origins: dict[tuple[str, str, str], Origin] | None = None) -> None:
        """Takes the objects of a text; ``origins`` tells for a built text where its objects were written."""
        built = origins is not None
        before = len(self.problems)
        self.problems.extend(problem if not built else _without_line(problem) for problem in source.problems)
        for document in source.documents:
            title = title_of(document.root)
            for problem in document_problems(source.file, document, title):
                self.problems.append(_without_line(problem) if built else problem)
            for node in objects_of(document.root):
                origin = Origin(source.file, node.line, own_text=True)
                if origins is not None:
                    identity = identity_of(node)
                    origin = (
                        origins.get(identity, Origin(source.file, None, False))
                        if identity
                        else Origin(source.file, None, False)
                    )
                found = list(check_object(node, origin))
                self.problems.extend(found)
                if found or document.faults:
                    continue
                if len(self.manifests) >= self.max_objects:
                    self._problem(
                        source.file,
                        f"the set has more than {self.max_objects} objects",
                        "split it into several tenants",
                    )
                    return
                self.manifests.append(Manifest(plain(node), origin.file, origin.line, len(self.manifests)))
        self.problems[before:] = sorted(self.problems[before:], key=lambda problem: problem.line or 0)


def _origins(sources: Iterable[Source]) -> dict[tuple[str, str, str], Origin]:
    """Where each (group, kind, name) was written; those written twice are left out, as nobody can tell which one it was."""
    found: dict[tuple[str, str, str], Origin] = {}
    twice: set[tuple[str, str, str]] = set()
    for source in sources:
        for document in source.documents:
            for node in objects_of(document.root):
                identity = identity_of(node)
                if identity in found:
                    twice.add(identity)
                elif identity is not None:
                    found[identity] = Origin(source.file, node.line, own_text=False)
    return {identity: origin for identity, origin in found.items() if identity not in twice}


def _without_line(problem: Problem) -> Problem:
    return Problem(problem.file, None, problem.object, problem.field, problem.message, problem.next_step)


def _manifest_directories(path: str, shown: str) -> Iterator[str]:
    """Directories below that could be meant, nearest first, two levels deep."""
    level = [(path, shown)]
    for _unused in range(2):
        below = []
        for folder, name in level:
            for entry in sorted(os.listdir(folder)):
                if os.path.isdir(os.path.join(folder, entry)) and not entry.startswith("."):
                    below.append((os.path.join(folder, entry), os.path.join(name, entry)))
        for folder, name in below:
            if os.access(folder, os.R_OK | os.X_OK) and looks_like_manifests(folder):
                yield name
        level = [entry for entry in below if os.access(entry[0], os.R_OK | os.X_OK)]
