"""Typer's commands -> help pages and usage errors in French: the words Typer writes itself are English only."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import typer
from typer import core

Rows = list[tuple[str, str]]


class Command(core.TyperCommand):
    """A command whose help is in French."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write usage, text, arguments and options."""
        _write_help(self, ctx, formatter)


class Group(core.TyperGroup):
    """A group of commands whose help is in French."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write usage, text, options and the list of commands, in the order they were declared."""
        _write_help(self, ctx, formatter)
        rows = [(name, command.get_short_help_str(limit=90)) for name, command in self.commands.items()]
        _section(formatter, "Commandes", rows)


def _write_help(command: Command | Group, ctx: Any, formatter: Any) -> None:
    pieces = " ".join(command.collect_usage_pieces(ctx)).replace("COMMAND [ARGS]", "COMMANDE [ARGUMENTS]")
    formatter.write_usage(ctx.command_path, pieces, prefix="Utilisation\u202f: ")
    formatter.write_paragraph()
    formatter.write_text(command.help or "")
    arguments: Rows = []
    options: Rows = []
    for parameter in command.get_params(ctx):
        record = parameter.get_help_record(ctx)
        if record is None:
            continue
        name, text = record
        if "--help" in parameter.opts:
            text = "Affiche cette aide."
        rows = arguments if parameter.param_type_name == "argument" else options
        rows.append((_without_type(name), text.replace("[required]", "(obligatoire)")))
    _section(formatter, "Arguments", arguments)
    _section(formatter, "Options", options)


def _section(formatter: Any, title: str, rows: Sequence[tuple[str, str]]) -> None:
    if rows:
        formatter.write(f"\n{title}\u202f:\n")
        formatter.indent()
        formatter.write_dl(rows)
        formatter.dedent()


def _without_type(name: str) -> str:
    """« FICHIER PATH » -> « FICHIER »: the names given here say more than Typer's types."""
    return re.sub(r"\s+<[^>]*>(\.\.\.)?$|\s+(PATH|TEXT|FILE|BOOLEAN)$", "", name)


class FrenchBadParameter(typer.BadParameter):
    """A value is refused; the message is the French sentence to show."""


def in_a_folder(path: Path | None) -> Path | None:
    """Return the file to write; raise FrenchBadParameter when its folder does not exist."""
    if path and not path.parent.is_dir():
        raise FrenchBadParameter(f"Le dossier «\u202f{path.parent}\u202f» n'existe pas.")
    return path


def usage_sentence(error: Exception) -> str:
    """Return in French what is wrong with a command line; `error` is one of Typer's usage errors."""
    context = getattr(error, "ctx", None)
    path = context.command_path if context else "clas"
    return f"{_reason(error)} Voir «\u202f{path} --help\u202f»."


def _reason(error: Exception) -> str:
    kind = type(error).__name__
    message = str(getattr(error, "message", error))
    parameter = getattr(error, "param", None)
    name = _parameter(parameter)
    quoted = re.findall(r"'([^']*)'", message)
    reason = quoted[0] if quoted else ""
    if kind == "NoSuchOption":
        near = ", ".join(getattr(error, "possibilities", None) or ())
        return f"L'option «\u202f{getattr(error, 'option_name', reason)}\u202f» n'existe pas{_near(near)}."
    if kind == "MissingParameter":
        return f"Il manque {name}."
    if kind == "BadOptionUsage":
        needs = "n'attend pas de valeur" if "does not take" in message else "attend une valeur"
        return f"L'option «\u202f{getattr(error, 'option_name', reason)}\u202f» {needs}."
    if isinstance(error, FrenchBadParameter):
        return message
    if "does not exist" in message:
        return f"«\u202f{reason}\u202f» n'existe pas."
    if "is a directory" in message:
        return f"«\u202f{reason}\u202f» est un dossier\u202f: indiquez un fichier."
    if kind == "BadParameter":
        return f"La valeur donnée à {name} n'est pas acceptée{_offered(parameter)}."
    if "No such command" in message:
        near = ", ".join(quoted[1:])
        return f"La commande «\u202f{reason}\u202f» n'existe pas{_near(near)}."
    if "unexpected extra argument" in message:
        return f"«\u202f{message.rpartition('(')[2].rstrip(')')}\u202f» est en trop."
    return "Il manque une commande." if "Missing command" in message else "La ligne de commande n'est pas comprise."


def _parameter(parameter: object) -> str:
    if parameter is None:
        return "un argument"
    if getattr(parameter, "param_type_name", "") == "argument":
        return f"l'argument {getattr(parameter, 'metavar', None) or str(getattr(parameter, 'name', '')).upper()}"
    return f"l'option {max(getattr(parameter, 'opts', ['']), key=len)}"


def _near(names: str) -> str:
    return f" (vouliez-vous dire {names}\u202f?)" if names else ""


def _offered(parameter: object) -> str:
    metavar = str(getattr(parameter, "metavar", None) or "")
    return f"\u202f: indiquez {metavar.strip('[]').replace('|', ', ')}" if "|" in metavar else ""
