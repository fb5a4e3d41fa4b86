"""What a YAML parser stumbles on -> why, in French, for who writes such a file twice a year."""

from __future__ import annotations

_TAB = "une tabulation y est, remplacez-la par des espaces"
_REASONS = (
    ("character '\\t'", _TAB),
    ("a tab character", _TAB),
    ("mapping values are not allowed", "un signe «\u202f:\u202f» y est de trop, ou les retraits ne s'alignent pas"),
    ("',' or ']'", "il manque une virgule, ou le crochet qui ferme une liste"),
    ("',' or '}'", "il manque une virgule, ou l'accolade qui ferme"),
    ("unexpected end of stream", "un guillemet y est ouvert et n'est jamais fermé"),
    ("document separator", "un guillemet y est ouvert et n'est jamais fermé"),
    ("could not find expected ':'", "il manque «\u202f:\u202f» après une clé"),
    ("key", "les espaces du début de ligne ne s'alignent pas, ou un guillemet est mal placé"),
    ("block end", "les espaces du début de ligne ne s'alignent pas, ou un guillemet est mal placé"),
    ("'-' indicator", "les espaces du début de ligne ne s'alignent pas"),
    ("escape", "une barre oblique inverse y est entre guillemets doubles\u202f: mettez des guillemets simples"),
    ("", "un signe y a un sens particulier (& * ! % @ #)\u202f: mettez cette valeur entre guillemets"),
)
"""(what the parser says, why)."""
_FRENCH = "la clé «"


def fault(error: Exception, text: str) -> str:
    """Return why a file of that text cannot be read, without a full stop; nothing is kept of the parser's English."""
    if isinstance(error, UnicodeDecodeError):
        return "ses accents ne sont pas en UTF-8, enregistrez-le en UTF-8"
    if isinstance(error, OSError):
        return "il n'existe pas, ou n'est pas accessible"
    mark, said = getattr(error, "problem_mark", None), str(getattr(error, "problem", None) or "")
    if mark is None:
        return "un caractère invisible y est"
    line = [*text.splitlines(), ""][min(mark.line, text.count("\n"))]
    if said.startswith(_FRENCH):
        why = said
    else:
        why = _TAB if "\t" in line else next(reason for sign, reason in _REASONS if sign in said)
    return f"{why} (ligne {mark.line + 1})"
