# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Explains an error of kustomize: the object, its file and line, and the next step.

kustomize has no machine-readable errors, so its text is searched for the common ones (of kustomize 5.8, and of kubectl,
which has the same code). Of any other error the end is shown, where the cause is. Values of objects are never shown.
"""

from __future__ import annotations

import difflib
import json
import os
import re
from collections.abc import Callable, Iterator

from ..diagnosis.diagnostic import Diagnostic
from ..diagnosis.next_step import Command
from ..diagnosis.place import Place
from ..diagnosis.quoting import one_line, shorten
from ..diagnosis.subject import Subject
from ..kube.objects import mapping, name_of
from ..kube.types import KubeObject
from .kustomization import GENERATORS, Walk
from .kustomize_places import Identity, Places, text_of
from .manifest import Origin, check_object, identity_of
from .problem import of_file
from .tree import SequenceNode

_LONGEST = 200
_SEARCHED = 64 * 1024
"""Characters of an error that are searched; kustomize appends the content of objects, which may be long."""
_LOGGED = re.compile(r'^E\d{4} \S+ +\d+ \S+\] "command failed" err=("(?P<quoted>.*)"|< (?P<block>.*) >)$')
"""A kubectl that logs its error: k8s.io/component-base/cli, klog's text format. It writes an error of several
lines as a block."""
_PREVIOUS = "internal.config.kubernetes.io/previous"
_KEEP_ONE = "keep one of the two, or rename one"
_Reader = Callable[[Places, "re.Match[str]"], "Diagnostic | None"]


def explain(errors: str, directory: str, shown: str, walk: Walk, command: str) -> Diagnostic:
    """The problem in kustomize's standard error. ``shown`` is the directory's name in messages, ``command`` the program
    with its subcommand.
    """
    error = _cause(errors)
    places = Places(os.path.realpath(directory), shown, walk)
    for pattern, reader in _READERS:
        match = pattern.search(error, 0, _SEARCHED)
        problem = reader(places, match) if match else None
        if problem is not None:
            return problem
    program = command.partition(" ")[0]
    if walk.secrets:
        message = f"{program} fails; its error is not shown, because it may contain values of the folder's Secrets"
        return of_file(shown, message, Command("to see the error", f"{command} {shown}"))
    end = error[-_SEARCHED:].replace(places.root + os.sep, "").replace(places.root, shown)
    end = _without(_without(end, " with config: `", "`:", ":"), "{", "}", "{…}")
    end = end if len(end) <= _LONGEST else f"…{end[1 - _LONGEST :]}"
    message = f"{program} fails: {end or 'it reports no cause'}"
    return of_file(shown, message, Command("correct it and test it", f"{command} {shown}"))


def _cause(errors: str) -> str:
    """The error on one line, without warnings and without the prefix of the program."""
    text = one_line(" ".join(line for line in errors.splitlines() if not line.startswith("# Warning: ")))
    logged = _LOGGED.match(text)
    if not logged:
        return re.sub(r"^(Error|error): ", "", text)
    return logged["block"] or re.sub(r"\\([\"\\])", r"\1", logged["quoted"])


def _without(text: str, opening: str, closing: str, instead: str) -> str:
    """The text with the part from the first opening to the last closing replaced by ``instead``."""
    start, stop = text.find(opening), text.rfind(closing)
    return text[:start] + instead + text[stop + len(closing) :] if -1 < start < stop else text


def _already_there(places: Places, match: re.Match[str]) -> Diagnostic:
    """Two resources of one kind and name, or one that is included twice."""
    identity, namespace = _identity(match["id"])
    first, *others = [*places.written(identity, namespace), None]
    if first and others[0]:
        return _object_problem(others[0], identity, f"is already given at {first}", _KEEP_ONE)
    place, _field, text = places.entry(match["path"], match["text"])
    again = f'"{shorten(text)}" includes it again'
    message = f"is written once, at {first}, and {again}" if first else f"is already there when {again}"
    return _object_problem(place, identity, message, "name its folder once, or give one of the two a namePrefix")


def _moved_together(places: Places, match: re.Match[str]) -> Diagnostic | None:
    """Two resources that differ only in the namespace, which the kustomization sets. The error quotes both."""
    moved = list(_dumped(match.string, match.end()))
    if not moved:
        return None
    annotations = [mapping(mapping(obj.get("metadata")).get("annotations")) for obj in moved]
    name = str(annotations[0].get(f"{_PREVIOUS}Names", name_of(moved[0]))).partition(",")[0]
    identity = (str(moved[0].get("apiVersion", "")).rpartition("/")[0], str(moved[0].get("kind", "")), name)
    earlier = [str(entry.get(f"{_PREVIOUS}Namespaces", "")).partition(",")[0] for entry in annotations]
    written = places.written(identity, *("" if namespace == "default" else namespace for namespace in earlier))
    other, place = (
        (f"the one at {written[0]}", written[1]) if written[1:] else ("another one", places.field("namespace"))
    )
    namespace = shorten(mapping(moved[0].get("metadata")).get("namespace", ""))
    message = f'is the same object as {other}, since "namespace" puts both into {namespace}'
    return _object_problem(place, identity, message, _KEEP_ONE)


def _dumped(text: str, position: int) -> Iterator[KubeObject]:
    """The JSON objects of a text from a position on, separated by spaces."""
    try:
        while text.startswith("{", position):
            obj, end = json.JSONDecoder().raw_decode(text, position)
            yield obj
            position = end + 1
    except (ValueError, RecursionError):
        return


def _generated_twice(places: Places, match: re.Match[str]) -> Diagnostic:
    """A generator creates an object that another generator or a resource also creates, or merges into one that does not exist."""
    identity = (match["group"], match["kind"], match["name"])
    generated = places.generated(identity)
    place = generated[-1] if generated else places.field(*GENERATORS)
    if match["there"] != "exists":
        message = "is merged or replaced by a generator, but no resource defines it"
        return _object_problem(place, identity, message, "correct the generator's name, or remove its behavior")
    first = next((other for other in (*places.written(identity), *generated) if other != place), None)
    message = f"is generated, but {f'already given at {first}' if first else 'already there'}"
    return _object_problem(place, identity, message, "choose another name, or set behavior: merge or replace")


def _no_patch_target(places: Places, match: re.Match[str]) -> Diagnostic:
    identity, _namespace = _identity(match["id"])
    matching = (place for node, place in places.patches() if identity_of(node) == identity)
    place = next(matching, places.field("patches", "patchesStrategicMerge"))
    if places.written(identity):
        message = "is patched in a namespace where it does not exist"
        return _object_problem(place, identity, message, "give the patch the metadata.namespace of the resource")
    others = [
        other[2] for node, _place in places.objects() if (other := identity_of(node)) and other[:2] == identity[:2]
    ]
    close = difflib.get_close_matches(identity[2], others, 1) or others[:1]
    step = f'did you mean "{shorten(close[0])}"?' if close else "correct its kind and name, or remove the patch"
    return _object_problem(place, identity, "is patched, but no resource has this kind and name", step)


def _no_patch_path(places: Places, match: re.Match[str]) -> Diagnostic:
    path = match["path"]
    matching = (
        place
        for node, place in places.patches()
        if isinstance(node, SequenceNode) and any(text_of(operation, "path") == path for operation in node.items)
    )
    place = next(matching, places.field("patches", "patchesJson6902"))
    message = f"a JSON patch names the path {shorten(path)}, which does not fit the object that it patches"
    return _problem(place, "patches", message, "correct the path or the value, or add the parent first")


def _no_patch(places: Places, match: re.Match[str]) -> Diagnostic:
    inline = match["what"] == "patch"  # its text is not shown
    place, _field, text = (places.field("patches"), "", "") if inline else places.entry(None, match["text"])
    what = "an inline patch" if inline else f'"{shorten(text)}"'
    message = f"{what} is neither a patch of an object nor a JSON patch"
    step = "give it apiVersion, kind and metadata.name, or make it a list of op, path and value"
    return _problem(place, "patches", message, step)


def _unfinished(places: Places, _match: re.Match[str]) -> Diagnostic | None:
    """A resource without kind or name: the problem that the check of manifests reports."""
    for node, place in places.objects():
        if identity_of(node) is None:
            return next(check_object(node, Origin(place.file, place.line, own_text=True)), None)
    return None


def _empty(places: Places, _match: re.Match[str]) -> Diagnostic:
    return _problem(places.empty(), "", "lists nothing to build", "name the manifests under resources")


def _wrong_type(places: Places, match: re.Match[str]) -> Diagnostic:
    """A field of another type. The error has Go's names of types; that of a list begins with []."""
    words = {"string": "a string", "bool": "a boolean", "int64": "a number", "int": "a number", "number": "a number"}
    given = {**words, "array": "a list", "object": "a mapping"}.get(match["given"], match["given"])
    expected = "a list" if match["go"].startswith("[]") else words.get(match["go"], "a mapping")
    place = places.field(match["field"].partition(".")[0])
    return _problem(place, match["field"], f"must be {expected}, not {given}", "correct the value")


def _path(message: str, next_step: str) -> _Reader:
    """A reader for errors about a path. ``message`` has {text}, the entry, and {path}, its target."""

    def read(places: Places, match: re.Match[str]) -> Diagnostic:
        place, field, text = places.entry(match["path"])
        return _problem(place, field, message.format(text=shorten(text), path=places.path(match["path"])), next_step)

    return read


def _field(field: str, message: str, next_step: str) -> _Reader:
    """A reader for errors about a field of a kustomization. ``field`` and ``message`` have the match's groups."""

    def read(places: Places, match: re.Match[str]) -> Diagnostic:
        groups = {name: shorten(value) for name, value in match.groupdict().items()}
        if "id" in groups:
            groups["id"] = " ".join(_identity(match["id"])[0][1:])
        name = field.format(**groups)
        return _problem(places.field(name), name, message.format(**groups), next_step)

    return read


def _problem(place: Place, field: str, message: str, next_step: str) -> Diagnostic:
    return Diagnostic(Subject("Kustomization"), message, field, next_steps=(next_step,), place=place)


def _object_problem(place: Place, identity: Identity, message: str, next_step: str) -> Diagnostic:
    subject = Subject(shorten(identity[1]), shorten(identity[2], 253))
    return Diagnostic(subject, message, next_steps=(next_step,), place=place)


def _identity(text: str) -> tuple[Identity, str]:
    """(identity, namespace) from kustomize's ``Server.v1alpha1.mlops.seldon.io/mlserver.[noNs]``."""
    resource, _slash, rest = text.partition("/")
    kind, _version, group = [*resource.split(".", 2), "", ""][:3]
    name, _dot, namespace = rest.rpartition(".")
    return ("" if group == "[noGrp]" else group, kind, name), "" if namespace == "[noNs]" else namespace


_READERS: tuple[tuple[re.Pattern[str], _Reader], ...] = tuple(
    (re.compile(pattern), reader)
    for pattern, reader in (
        (
            r"(?:from path '(?P<path>[^']+)'|from '(?P<text>[^']+)'): may not add resource with an already registered id: "
            r"(?P<id>[^\s']+)",
            _already_there,
        ),
        (r"namespace transformation produces ID conflict: \[", _moved_together),
        (
            r'Group:"(?P<group>[^"]*)", Version:"[^"]*", Kind:"(?P<kind>[^"]*)"[^}]*\}, Name:"(?P<name>[^"]*)", '
            r'Namespace:"[^"]*"\} (?P<there>exists|does not exist)',
            _generated_twice,
        ),
        (r"no matches for Id (?P<id>[^\s;]+); failed to find unique target for patch", _no_patch_target),
        (r'unable to parse SM or JSON patch from \[(?P<what>path|patch): "(?P<text>.*)"\]', _no_patch),
        (
            r"(?:operation does not apply: doc is missing path: |error in remove for path: |testing value )"
            r"[\"']?(?P<path>/[^\s\"':]*)",
            _no_patch_path,
        ),
        (r"missing (?:metadata\.name|kind) in object|missing Resource metadata", _unfinished),
        (
            r"cycle detected: candidate root '(?P<path>[^']+)'",
            _path(
                '"{text}" leads to {path}, which holds this folder or builds on it',
                "remove it: a kustomization cannot build on itself",
            ),
        ),
        (
            r"security; file '(?P<path>[^']+)' is not in or below",
            _path(
                '"{text}" is not in or below the folder of the kustomization that names it',
                "move the file there, or add a kustomization.yaml next to it and name its folder",
            ),
        ),
        (
            r"evalsymlink failure on '(?P<path>[^']+)'.*no such file or directory",
            _path('"{text}" does not exist', "correct the path, or add what it names"),
        ),
        (
            r"expected kind 'Component' for path '(?P<path>[^']+)'",
            _path('"{text}" is a Kustomization, not a Component', "name it under resources"),
        ),
        (
            r"expected kind != 'Component' for path '(?P<path>[^']+)'",
            _path('"{text}" is a Component', "name it under components"),
        ),
        (r"kustomization\.ya?ml is empty", _empty),
        (
            r"patch and path can't be set at the same time",
            _field("patches", "an entry has both patch and path", "keep one of them"),
        ),
        (r"must specify one of patch and path", _field("patches", "an entry has neither patch nor path", "add one")),
        (
            r"^Unexpected kind: (?P<op>\S+)",
            _field("patches", 'a JSON patch has the op "{op}"', "use add, remove, replace, move, copy or test"),
        ),
        (
            r"nothing selected by (?P<id>[^\s:]+):",
            _field("replacements", "the source {id} does not exist", "correct its kind and name, or add the resource"),
        ),
        (
            r"fieldPath `(?P<path>[^`]+)` is missing for replacement source (?P<id>\S+)",
            _field("replacements", "the source {id} has no field {path}", "correct fieldPath"),
        ),
        (
            r'unable to find field "(?P<path>[^"]+)" in replacement target',
            _field("replacements", "a target has no field {path}", "correct fieldPaths, or set options.create: true"),
        ),
        (
            r"resource with name (?P<name>\S+) does not match a config",
            _field(
                "replicas",
                'no Deployment, StatefulSet, ReplicaSet or ReplicationController is called "{name}"',
                "correct the name; of other kinds, such as Server, patch spec.replicas",
            ),
        ),
        (
            r"cannot unmarshal (?P<given>\w+) into Go struct field \w+\.(?P<field>[\w.]+) of type (?P<go>\S+)",
            _wrong_type,
        ),
        (
            r'unknown field "(?P<name>[^"]+)"',
            _field("{name}", "is not a field that kustomize knows", "correct the entry"),
        ),
        (
            r"apiVersion for (?P<kind>\w+) should be (?P<expected>\S+)",
            _field("apiVersion", "must be {expected} for a {kind}", "correct the line"),
        ),
    )
)
