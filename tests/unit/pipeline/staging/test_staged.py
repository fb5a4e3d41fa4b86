"""What is kept of a file is read again, or not at all when it is not whole or is of an older program."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.staging.staged import Aside, StagedTable, read_staged, write_staged
from socle.words.refusal import Refusal

TABLE = StagedTable("t0", "", "f", "reponse", "action", "utf-8", 3, {"siret": "SIRET"}, (), None, None, False, {})


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    write_staged(tmp_path, [TABLE], None, [Aside("feuille_non_lue", "Notice", {"feuille": "Notice"})], False, [])
    kept = read_staged("2019-2020", "a.csv", "x", tmp_path)
    assert kept is not None
    assert (kept.tables[0].questions, kept.refusal) == ({"siret": "SIRET"}, None)
    assert [(aside.feuille, aside.state) for aside in kept.asides] == [("Notice", "ignore")]
    assert "La feuille «\u202fNotice\u202f» n'a pas été lue" in kept.asides[0].sentence
    write_staged(tmp_path, [], Refusal("fichier_vide", fichier="a.csv"), [], True, [])
    kept = read_staged("2019-2020", "a.csv", "x", tmp_path)
    assert kept is not None and kept.of_one_porteur
    assert str(kept.refusal).startswith("a.csv est vide.")


@pytest.mark.parametrize("text", ["", "{", "{}", '{"tables": [{"name": "t0", "ancien": 1}]}'])
def test_what_is_not_whole_or_is_older_is_not_kept(tmp_path: Path, text: str) -> None:
    (tmp_path / "fichier.json").write_text(text, encoding="utf-8")
    assert read_staged("2019-2020", "a.csv", "x", tmp_path) is None


def test_nothing_kept_is_nothing(tmp_path: Path) -> None:
    assert read_staged("2019-2020", "a.csv", "x", tmp_path) is None
