"""What is refused, and its sentence of messages.yml with its values: the French text to show."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from socle.settings import PROJECT_ROOT
from socle.words.french import NOT_GIVEN

MESSAGES_FILE = PROJECT_ROOT / "pipeline" / "definitions" / "messages.yml"
PLACEHOLDER = re.compile(r"\{(\w+)\}")


class Refusal(Exception):  # noqa: N818  # the field's word: a file or a command is refused
    """A file or a command is refused; `str()` is the French sentence saying what to do."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.values = values

    def __str__(self) -> str:
        return render(refusal_phrases()[self.code], **self.values)

    @property
    def on_screen(self) -> str:
        """The sentence for who has no terminal: what to do there is on the pages."""
        phrase = screen_phrases().get(self.code)
        return render(phrase, **self.values) if phrase else str(self)


class DefinitionError(Exception):
    """The definitions contradict themselves; `errors` holds every French sentence, all files together."""

    def __init__(self, errors: list[str]) -> None:
        self.errors = errors
        super().__init__("\n".join(errors))


def placeholders(phrase: str) -> list[str]:
    """Return the names in braces, in their order."""
    return PLACEHOLDER.findall(phrase)


def render(phrase: str, **values: object) -> str:
    """Return the sentence with its values; None is « non renseigné », a value not given raises KeyError."""

    def text(match: re.Match[str]) -> str:
        value = values[match[1]]
        return NOT_GIVEN if value is None else str(value)

    return PLACEHOLDER.sub(text, phrase)


def refusal_phrases() -> Mapping[str, str]:
    """Return {code: sentence} of the refusals."""
    return {code: message["phrase"] for code, message in _refusals().items()}


def screen_phrases() -> Mapping[str, str]:
    """Return {code: sentence} of the refusals that are said otherwise on a page."""
    return {code: message["ecran"] for code, message in _refusals().items() if "ecran" in message}


@cache
def _refusals() -> Mapping[str, Mapping[str, str]]:
    import yaml

    refusals: Mapping[str, Mapping[str, str]] = yaml.safe_load(MESSAGES_FILE.read_text(encoding="utf-8"))["refus"]
    return refusals
