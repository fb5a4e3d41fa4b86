"""The whole bilan as one Content, of each year and edition of the demo."""

from __future__ import annotations

import pytest

from bilan.compose import compose, section_names
from bilan.model.content import COMITE, DIFFUSION, Box, Content, Paragraph
from bilan.model.exhibit import Exhibit
from bilan.parts.chapters import chapter, chapter_ids
from bilan.synthese.compose import compose_synthese
from bilan.synthese.write import synthese
from socle.paths import DataFolder
from socle.words.refusal import Refusal
from tests.support.builds import plain
from tests.support.contents import texts
from warehouse.open import open_current
from warehouse.scope import PUBLIC, Scope

YEARS = [f"{year}-{year + 1}" for year in range(2014, 2025)]
LAST = YEARS[-1]


def said(content: Content) -> str:
    return plain("\n".join(texts(content)))


def words(content: Content, section: str) -> list[str]:
    blocks = next(one for one in content.sections if one.id == section).blocks
    return [plain(block.text) for block in blocks if isinstance(block, Paragraph)]


def test_the_first_page_says_what_was_agreed_and_where_it_is_published(adopted_demo: DataFolder) -> None:
    content = compose(adopted_demo, "2019-2020", "45")
    assert content.sections[0].id == "essentiel"
    first = " ".join(words(content, "essentiel"))
    # What the note published is this year's, and not the year before, which stands after it.
    assert first.index("(Source : ") < first.index("L'année précédente, il en avait agréé 43")
    assert "a agréé 41 actions, ce qui correspond à l'accompagnement de 485 enfants et jeunes" in first
    assert "(Source : Note de cadrage Clas du Loiret 2021-2022.)" in first
    assert (content.author, content.watermark, content.edition) == ("Caf du Loiret", "Données fictives", DIFFUSION)
    assert "DONNÉES FICTIVES" in plain(" ".join(content.marks))


@pytest.mark.parametrize("year", YEARS)
def test_sections_and_figures_are_numbered_without_a_gap(adopted_demo: DataFolder, year: str) -> None:
    content = compose(adopted_demo, year, "45", COMITE)
    numbers = [one.number for one in content.sections if one.number]
    chapters = [number for number in numbers if number.isdigit()]
    assert chapters == [str(rank + 1) for rank in range(len(chapters))]
    # Of a questionnaire per structure there is no fiche of an action.
    annexes = ["A", "B", "C"] if year < "2016-2017" else ["A", "B", "C", "D"]
    assert numbers[len(chapters) :] == annexes
    for section in content.sections:
        figures = [block for block in section.blocks if isinstance(block, Exhibit)]
        assert [one.number for one in figures] == [f"{section.number}.{rank + 1}" for rank in range(len(figures))]
        assert section.blocks


def test_the_edition_to_diffuse_says_what_the_public_may_read_and_names_no_porteur(adopted_demo: DataFolder) -> None:
    content = compose(adopted_demo, "2019-2020", "45")
    public = {
        (figure.id, figure.rows)
        for name in chapter_ids(PUBLIC)
        for figure in chapter(adopted_demo, PUBLIC, "2019-2020", "45", name).figures
    }
    assert {(figure.id, figure.rows) for figure in content.figures()} == public
    with open_current(adopted_demo) as warehouse:
        names = [row["raison_sociale"] for row in warehouse.records("select raison_sociale from core.porteur")]
    assert [name for name in names if plain(name) in said(content)] == []
    assert any(plain(name) in said(compose(adopted_demo, "2019-2020", "45", COMITE)) for name in names)


def test_what_the_agent_wrote_is_in_both_editions(adopted_demo: DataFolder) -> None:
    for edition in (DIFFUSION, COMITE):
        content = compose(adopted_demo, "2019-2020", "45", edition)
        boxes = [block.kind for section in content.sections for block in section.blocks if isinstance(block, Box)]
        assert {"mot", "commentaire", "lire"} <= set(boxes)
        assert any("Proposer un accompagnement à distance" in text for text in words(content, "perspectives"))
        quotes = next(one for one in content.sections if one.id == "paroles").blocks
        assert [block.kind for block in quotes if isinstance(block, Box)] == ["citation", "citation"]


def test_room_is_left_for_what_nobody_wrote(adopted_demo: DataFolder) -> None:
    content = compose(adopted_demo, "2016-2017", "45")
    (box,) = next(one for one in content.sections if one.id == "perspectives").blocks
    assert isinstance(box, Box)
    assert (box.kind, box.paragraphs) == ("a_ecrire", ())


def test_a_year_that_is_not_adopted_is_for_the_committee(adopted_demo: DataFolder) -> None:
    with pytest.raises(Refusal) as refused:
        compose(adopted_demo, LAST, "45")
    assert plain(str(refused.value)) == (
        f"L'année scolaire {LAST} (Loiret) n'est pas arrêtée : son bilan ne peut pas encore être diffusé. Pour une "
        "version provisoire réservée au comité, ajoutez « --edition comite »."
    )
    content = compose(adopted_demo, LAST, "45", COMITE)
    assert content.watermark == "Données fictives · Provisoire · Usage interne"


def test_sections_may_be_chosen_and_one_that_is_not_known_is_refused(adopted_demo: DataFolder) -> None:
    content = compose(adopted_demo, "2019-2020", "45", sections=["methode", "essentiel", "enfants"])
    assert [one.id for one in content.sections] == ["essentiel", "enfants", "methode"]
    assert "referentiel" not in section_names(DIFFUSION, {})
    with pytest.raises(Refusal, match=r"«.referentiel.» n'est pas de celles du bilan"):
        compose(adopted_demo, "2019-2020", "45", sections=["referentiel"])


def test_another_year_is_refused(adopted_demo: DataFolder) -> None:
    with pytest.raises(Refusal, match="n'est pas dans les chiffres publiés"):
        compose(adopted_demo, "2031-2032", "45")


def test_the_document_of_a_synthese_says_all_of_it(adopted_demo: DataFolder) -> None:
    found = synthese(adopted_demo, Scope("porteur", "45", "p45-001"), "2019-2020", "45", "clas@caf.example")
    content = compose_synthese(found)
    assert (content.title, content.author, content.watermark) == (found.title, "Caf du Loiret", "Données fictives")
    missing = {"annee": found.campagne, "montree": found.shown}
    assert [text for text in texts(found) if text not in set(texts(content)) | set(missing.values())] == [
        text for text in found.made_by if text != content.made_by
    ]


def test_each_action_has_its_fiche_in_the_edition_of_the_committee(adopted_demo: DataFolder) -> None:
    content = compose(adopted_demo, "2019-2020", "45", COMITE, ["fiches"])
    found = list(content.figures())
    with open_current(adopted_demo) as warehouse:
        agreed = warehouse.records(
            "select g.action_id, g.a_repondu, p.raison_sociale, a.nb_enfants from core.agrement as g "
            "left join core.porteur as p on g.porteur_id = p.porteur_id "
            "left join core.action as a on g.campagne = a.campagne and g.action_id = a.action_id "
            "where g.campagne = '2019-2020' and g.departement = '45'"
        )
    assert len(found) == len(agreed) == 41
    held = {plain(figure.champ).split(",")[0].removeprefix("action "): figure for figure in found}
    for row in agreed:
        fiche = held[row["action_id"]]
        assert fiche.title.startswith(row["raison_sociale"])
        told = {line.key: line.cells[0] for line in fiche.rows}
        if row["nb_enfants"] is not None:
            assert told["nb_enfants_accueillis"].number == row["nb_enfants"]
        assert told["part_actions_4_axes"].text in ("déclaré", "non déclaré", "pas de réponse")
    assert [one.id for one in compose(adopted_demo, "2019-2020", "45").sections if one.id == "fiches"] == []
    later = compose(adopted_demo, LAST, "45", COMITE, ["fiches"])
    assert "provisoire" in " ".join(next(later.figures()).marks).lower() and "Provisoire" in later.watermark
