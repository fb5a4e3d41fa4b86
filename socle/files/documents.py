"""A definition file (YAML) -> its entries, and in French everything in it that its JSON Schema does not allow.

It imports yaml and jsonschema: whoever starts a command imports this inside a function.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import jsonschema
import yaml

from socle.files.yaml_faults import fault
from socle.settings import PROJECT_ROOT
from socle.words.french import count

_KINDS = {
    "string": "un texte",
    "boolean": "true ou false",
    "number": "un nombre",
    "integer": "un nombre entier",
    "object": "une suite de « clé : valeur »",
    "array": "une liste",
    "null": "rien (null)",
}


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # six times faster, where it is
    """YAML as people write it: a date stays text, and a key given twice is an error instead of a value lost."""

    yaml_implicit_resolvers = {  # noqa: RUF012  # the attribute that PyYAML reads
        first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, str):
                raise _key_error(key_node, key, "n'est pas lue comme un texte\u202f: mettez-la entre guillemets")
            if key in seen:
                raise _key_error(key_node, key, "est donnée deux fois")
            seen.add(key)
        built: dict[Any, Any] = super().construct_mapping(node, deep)
        return built


class _VerbatimLoader(_Loader):
    """YAML whose values are texts as they are written: 01 keeps its zero, No is no boolean."""

    yaml_implicit_resolvers = {  # noqa: RUF012  # the attribute that PyYAML reads
        first: [(tag, pattern) for tag, pattern in resolvers if tag == "tag:yaml.org,2002:null"]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


@dataclass(frozen=True)
class Problem:
    """What is wrong, and the place in the file: its keys and list positions from the top."""

    path: tuple[str | int, ...]
    sentence: str


@dataclass(frozen=True)
class Document:
    """One definition file as read."""

    name: str
    """As shown: relative to the clone, or to the data folder's parent."""
    content: Any
    """None when it could not be read."""
    problems: tuple[Problem, ...]
    campagne: str | None = None
    """Of whose files alone it speaks; None when it counts for all."""

    def errors(self) -> list[str]:
        """Return every problem with its file and entry."""
        return [self.located(problem.path, problem.sentence) for problem in self.problems]

    def located(self, path: Sequence[str | int], sentence: str) -> str:
        """Return a sentence preceded by its place, list positions being replaced by the id of what is there."""
        steps, current = [self.name], self.content
        for step in path:
            current = _child(current, step)
            label = current.get("id") or current.get("entete") if isinstance(current, Mapping) else None
            steps.append(str(label or step) if isinstance(step, int) else step)
        return f"{' › '.join(steps)}\u202f: {sentence}"

    def entries(self, *keys: str) -> Iterator[tuple[tuple[str | int, ...], Any]]:
        """Yield (path, entry) of the list or mapping under `keys`, leaving out those that have a problem."""
        content: Any = self.content
        for key in keys:
            content = _child(content, key)
        if not isinstance(content, list | dict):
            return
        for step in content if isinstance(content, dict) else range(len(content)):
            path = (*keys, step)
            if not any(problem.path[: len(path)] == path for problem in self.problems):
                yield path, content[step]

    @property
    def sound(self) -> bool:
        """True when the whole file is as its schema says."""
        return not self.problems


def load_schema(path: Path) -> dict[str, Any]:
    """Return the JSON Schema of that file; FileNotFoundError when there is none."""
    schema: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return schema


def read_yaml(text: str, verbatim: bool = False) -> Any:
    """Return the content of a YAML text, dates as text; raise yaml.YAMLError, also for a key given twice.

    `verbatim` leaves every value a text as it is written, null excepted.
    """
    return yaml.load(text, _VerbatimLoader if verbatim else _Loader)  # noqa: S506  # both are SafeLoaders


def read_document(
    path: Path,
    schema: Path,
    verbatim: bool = False,
    or_several: bool = False,
    meant: Callable[[Any], Any] | None = None,
) -> Document:
    """Return the file read (see read_yaml) and checked against the schema; `or_several`, it may be a list of such.

    `meant` makes of what is written what the schema is to check.
    """
    name, text = _shown(path), ""
    try:
        text = path.read_text(encoding="utf-8-sig")
        content = read_yaml(text, verbatim)
        content = meant(content) if meant else content
    except (yaml.YAMLError, OSError, UnicodeDecodeError) as error:
        return Document(name, None, (Problem((), f"ce fichier ne peut pas être lu\u202f: {fault(error, text)}."),))
    declared = load_schema(schema)
    return check(name, content, _list_of(declared) if or_several and isinstance(content, list) else declared)


def check(name: str, content: Any, schema: Mapping[str, Any]) -> Document:
    """Return the content as a document, with a problem for each departure from the schema."""
    errors = jsonschema.Draft202012Validator(schema).iter_errors(content)
    problems = (Problem(tuple(one.absolute_path), sentence(one)) for error in errors for one in _meant(error))
    return Document(name, content, tuple(sorted(problems, key=lambda problem: [str(step) for step in problem.path])))


def _meant(error: jsonschema.ValidationError) -> Iterator[jsonschema.ValidationError]:
    """Of a choice between a text, a list and a mapping, what is wrong with the one that was written."""
    branches: dict[Any, list[jsonschema.ValidationError]] = {}
    for one in error.context or ():
        branches.setdefault(one.schema_path[0], []).append(one)
    kept = [found for found in branches.values() if not any(_is_of_another_kind(one, error) for one in found)]
    if len(kept) == 1 and len(branches) > 1:
        for one in kept[0]:
            yield from _meant(one)
    else:
        yield error


def _is_of_another_kind(one: jsonschema.ValidationError, choice: jsonschema.ValidationError) -> bool:
    return one.validator == "type" and list(one.absolute_path) == list(choice.absolute_path)


def sentence(error: jsonschema.ValidationError) -> str:
    """Return in French what a JSON Schema found wrong."""
    found, expected = cast(Any, error.instance), cast(Any, error.validator_value)
    match error.validator:
        case "required":
            missing = [key for key in expected if key not in found]
            return f"il manque {_list(missing)}."
        case "dependentRequired":
            missing = [name for key, names in expected.items() if key in found for name in names if name not in found]
            return f"il manque {_list(missing)}."
        case "additionalProperties":
            known = cast(Mapping[str, Any], error.schema).get("properties", {})
            unknown = [key for key in found if key not in known]
            return f"clé inconnue\u202f: {_list(unknown)}. Clés connues\u202f: {_list(known)}."
        case "enum":
            return f"«\u202f{found}\u202f» n'est pas une valeur connue. Valeurs possibles\u202f: {_list(expected)}."
        case "type":
            kinds = [expected] if isinstance(expected, str) else expected
            return f"«\u202f{found}\u202f» n'est pas {' ou '.join(_KINDS[kind] for kind in kinds)}."
        case "maxLength":
            return f"«\u202f{found}\u202f» compte {len(found)} caractères, {expected} au plus sont acceptés."
        case "pattern" if examples := cast(Mapping[str, Any], error.schema).get("examples"):
            return f"«\u202f{found}\u202f» n'a pas la forme attendue, par exemple «\u202f{examples[0]}\u202f»."
        case "pattern":
            return f"«\u202f{found}\u202f» n'a pas la forme attendue ({expected})."
        case "minLength":
            return "un texte vide n'est pas accepté."
        case "minItems" | "minProperties":
            return f"{count(expected, 'entrée')} au moins {'sont attendues' if expected > 1 else 'est attendue'}."
        case "maxItems":
            return f"{count(expected, 'entrée')} au plus {'sont acceptées' if expected > 1 else 'est acceptée'}."
        case "uniqueItems":
            return "la même valeur y est donnée deux fois."
        case "oneOf" | "anyOf":
            return "cette entrée n'est d'aucune des formes prévues, ou elle en mêle plusieurs."
        case "minimum" | "exclusiveMinimum":
            return f"«\u202f{found}\u202f» est trop petit\u202f: {expected} au moins est attendu."
        case "maximum" | "exclusiveMaximum":
            return f"«\u202f{found}\u202f» est trop grand\u202f: {expected} au plus est attendu."
        case "const":
            return f"«\u202f{found}\u202f» n'est pas la valeur attendue ({expected})."
    return f"«\u202f{found}\u202f» n'est pas accepté ici."


def _key_error(node: yaml.Node, key: object, reason: str) -> yaml.YAMLError:
    return yaml.constructor.ConstructorError(None, None, f"la clé «\u202f{key}\u202f» {reason}", node.start_mark)


def _list_of(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": schema, "$defs": schema.get("$defs", {})}


def _list(items: Sequence[object] | Mapping[str, object]) -> str:
    return ", ".join(str(item) for item in items)


def _child(content: Any, step: str | int) -> Any:
    try:
        return content[step]
    except (KeyError, IndexError, TypeError):
        return None


def _shown(path: Path) -> str:
    relative = Path(os.path.relpath(path, PROJECT_ROOT)).as_posix()
    return "/".join(path.parts[-3:]) if relative.startswith("..") else relative
