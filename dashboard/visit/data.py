"""Figures for pages, kept from one visit to the next: by function, arguments, scope and build, and no other way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, TypeVar

import streamlit as st

from dashboard.visit.visitor import BuildChanged, Visitor
from socle.manifest import current_build
from socle.paths import DataFolder
from socle.refusal import Refusal
from warehouse.scope import Scope

P = ParamSpec("P")
T = TypeVar("T")
_KEPT = 500


def read(
    visitor: Visitor, function: Callable[Concatenate[DataFolder, Scope, P], T], *args: P.args, **kwargs: P.kwargs
) -> T:
    """Return `function(folder, scope, *args)`, read once for that scope and that build; what it returns is a copy.

    Raise Refusal as the function does, or when nothing is published; BuildChanged when the build is no longer the one
    that the page is about: dashboard/app.py then draws the page again.
    """
    if visitor.build is None:
        raise Refusal("aucune_construction")
    name = f"{function.__module__}.{function.__qualname__}"
    kept: T = _read(name, visitor.folder, visitor.scope, visitor.build, args, kwargs, function)
    return kept


@st.cache_data(max_entries=_KEPT, show_spinner="Lecture des chiffres…")
def _read(
    name: str,
    folder: DataFolder,
    scope: Scope,
    build: str,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    _function: Callable[..., Any],
) -> Any:
    figures = _function(folder, scope, *args, **kwargs)
    now = current_build(folder)
    if now is None or now.name != build:
        raise BuildChanged
    return figures
