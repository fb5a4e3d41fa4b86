"""An SQL query -> its shape: the words of the language and of the tables, without a value that was looked for."""

from __future__ import annotations

import re

# What a value may hide in comes first: comments, dollar-quoted and quoted texts (ended or not), numbers. What is left
# is words and signs; quoted names go too, since a text is easily typed between the wrong quotes.
_TOKENS = re.compile(
    r"""
    (?P<gone> --[^\n]* | /\*.*?(?:\*/|\Z) | \s+ )
    | (?P<value> \$(?P<tag>\w*)\$ .*? (?:\$(?P=tag)\$|\Z)
        | [A-Za-z]?'(?:[^']|'')*(?:'|\Z)
        | "(?:[^"]|"")*(?:"|\Z)
        | \$?\d[\w.]* | \.\d[\w.]* )
    | (?P<word> [^\W\d]\w* )
    | (?P<sign> . )
    """,
    re.VERBOSE | re.DOTALL,
)


def query_shape(query: str) -> str:
    """Return the query on one line, a `?` in place of each text, number and quoted name, without its comments."""
    kept = []
    for match in _TOKENS.finditer(query):
        if match["value"] is not None:
            kept.append("?")
        elif match["gone"] is None:
            kept.append(match[0])
    return re.sub(r" ?([.,;()]) ?", r"\1", " ".join(kept)).replace(",", ", ")
