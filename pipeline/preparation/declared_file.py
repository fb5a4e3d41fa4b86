"""One file that people write (corrections.yml, textes.yml, porteurs.csv…) -> the same, changed: checked before it
takes the place of the old one, which is kept among the deposits.

YAML goes through ruamel.yaml: comments, order and the writing of what does not change stay as they are.
"""

from __future__ import annotations

import io
import re
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pipeline.deposits.uploads import keep
from socle.files.atomic import write_atomic
from socle.paths import DataFolder
from socle.words.refusal import Refusal

_INNER_DASH = re.compile(r"^( *)[^ #\n-][^\n]*:\s*\n( *)- ", re.MULTILINE)
_NULL = "tag:yaml.org,2002:null"
_WIDTH = 1_000_000  # no line is folded: what is not changed keeps its lines


def replace_file(folder: DataFolder, path: Path, new: bytes, par: str, check: Callable[[Path], object]) -> None:
    """Write `new` in `path`, in one rename; raise what `check` raises, the old file being untouched.

    `check` is given a file of that name and of that content, in a folder of the same name, beside nothing.
    """
    with tempfile.TemporaryDirectory(prefix="clas-verification-") as scratch:
        tried = Path(scratch) / path.parent.name / path.name
        write_atomic(tried, new)
        check(tried)
    if path.is_file():
        old = path.read_bytes()
        if old == new:
            return
        keep(folder, old, f"{path.parent.name}/{path.name}", par)
    write_atomic(path, new)


def edited_yaml(path: Path, change: Callable[[Any], Any]) -> bytes:
    """Return a YAML file as it reads once changed; `change` takes its content (None when empty) and returns it.

    Raise Refusal when the file is no YAML.
    """
    from ruamel.yaml.error import YAMLError

    try:
        text = path.read_text(encoding="utf-8-sig") if path.exists() else ""
        offset = _dash_offset(text)
        yaml = _round_trip(offset)
        content = yaml.load(text)
    except (OSError, UnicodeDecodeError, YAMLError) as error:
        raise Refusal("fichier_declare_illisible", fichier=f"{path.parent.name}/{path.name}") from error
    head = text.rstrip("\n") + "\n" if content is None and text.strip() else ""
    changed = change(content)
    out = io.StringIO()
    yaml.dump(changed, out)
    written = out.getvalue()
    if offset and isinstance(changed, list):
        # ruamel.yaml moves the outermost list as it does the inner ones; comments, it leaves where they are.
        written = re.sub(rf"^ {{{offset}}}(?! *#)", "", written, flags=re.MULTILINE)
    return (head + written).encode()


def text_scalar(text: str) -> Any:
    """Return a text as YAML is to write it: between quotes, or line by line when it has several."""
    from ruamel.yaml.scalarstring import DoubleQuotedScalarString, LiteralScalarString

    by_lines = "\n" in text and not any(line != line.strip() or not line.isprintable() for line in text.split("\n"))
    return LiteralScalarString(text) if by_lines else DoubleQuotedScalarString(text)


def _dash_offset(text: str) -> int:
    inner = _INNER_DASH.search(text)
    return len(inner[2]) - len(inner[1]) if inner else 0


def _round_trip(offset: int) -> Any:
    from ruamel.yaml import YAML

    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = _WIDTH
    yaml.indent(mapping=2, sequence=2 + offset, offset=offset)
    yaml.representer.add_representer(type(None), lambda dumper, _: dumper.represent_scalar(_NULL, "null"))
    return yaml
