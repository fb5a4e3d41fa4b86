"""Files that people write are changed in place: comments, order and what is not touched stay; the old one is kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pipeline.deposits.uploads import content, deposits_of, keep
from pipeline.preparation.declared_file import edited_yaml, replace_file, text_scalar
from socle.paths import DataFolder
from socle.words.refusal import Refusal

FORMATS = """# En tête.

# Brouillon
- id: x
  libelle: "é"
  campagnes: ["2024-2025", "2024-2025"]
  colonnes:
    # pourquoi
    - entete: "A"
      variable: null # à remplacer
      valeurs: {"a": "b"}
- id: y # une autre
  colonnes:
    - entete: 'C'
      ignoree: No
"""


def same(content: Any) -> Any:
    return content


@pytest.mark.parametrize("text", [FORMATS, "- a: 01\n  b: No\n- a: |\n    deux\n    lignes\n", "a:\n- b\n- c: null\n"])
def test_what_is_not_changed_is_written_as_it_was(tmp_path: Path, text: str) -> None:
    path = tmp_path / "formats.yml"
    path.write_text(text, encoding="utf-8")
    assert edited_yaml(path, same).decode() == text


def test_a_file_of_comments_keeps_them_when_it_gets_its_first_entry(tmp_path: Path) -> None:
    path = tmp_path / "corrections.yml"
    path.write_text("# Une entrée par case.\n", encoding="utf-8")
    assert edited_yaml(path, lambda _: [{"a": text_scalar("1")}]).decode() == '# Une entrée par case.\n- a: "1"\n'


def test_what_is_no_yaml_is_refused_and_left(tmp_path: Path) -> None:
    path = tmp_path / "corrections.yml"
    path.write_text("- a: 1\n b: [", encoding="utf-8")
    with pytest.raises(Refusal, match="ne peut pas être complété"):
        edited_yaml(path, same)


def test_a_new_content_that_fails_its_check_changes_nothing(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    path = folder.raw / "a.yml"
    path.parent.mkdir()
    path.write_bytes(b"avant")

    def refuse(tried: Path) -> None:
        assert (tried.name, tried.parent.name, tried.read_bytes()) == ("a.yml", "raw", b"apres")
        raise ValueError("non")

    with pytest.raises(ValueError, match="non"):
        replace_file(folder, path, b"apres", "Agent", refuse)
    assert path.read_bytes() == b"avant"
    assert not folder.deposits.exists()


def test_the_version_before_is_kept_under_who_replaced_it(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    path = folder.raw / "a.yml"
    path.parent.mkdir()
    path.write_bytes(b"avant")
    replace_file(folder, path, b"apres", "Agent", same)
    assert path.read_bytes() == b"apres"
    (kept,) = [one for one in folder.deposits.iterdir() if one.suffix != ".json"]
    assert content(folder, kept.name) == b"avant"
    assert [(one.nom, one.par) for one in deposits_of(folder, kept.name)] == [("raw/a.yml", "Agent")]
    assert kept.stat().st_mode & 0o777 == 0o600


def test_a_deposit_that_was_touched_is_refused(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    sha256 = keep(folder, b"recu", "a.csv", "Agent")
    keep(folder, b"recu", "b.csv", "Autre")
    assert [one.nom for one in deposits_of(folder, sha256)] == ["a.csv", "b.csv"]
    (folder.deposits / sha256).write_bytes(b"autre")
    with pytest.raises(Refusal, match="n'est plus celui"):
        content(folder, sha256)
    with pytest.raises(Refusal, match="a disparu"):
        content(folder, "0" * 64)
