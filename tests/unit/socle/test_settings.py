"""Environment, then clas.toml, then the default; a setting that cannot be used is refused in French."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from socle import settings as module
from socle.settings import PROJECT_ROOT, Settings, SettingsError, load_settings
from tests.support.builds import plain


@pytest.fixture
def toml(tmp_path: Path) -> Path:
    return tmp_path / "clas.toml"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """That of somebody who has no clone: the packages stand in site-packages."""
    monkeypatch.setattr(module, "PROJECT_ROOT", tmp_path / "site-packages")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "home"


def test_without_any_choice_the_folder_of_the_clone_and_five_builds(toml: Path) -> None:
    assert load_settings({}, toml) == Settings(PROJECT_ROOT / "data", 5)


def test_out_of_a_clone_data_goes_to_the_home_folder(home: Path, tmp_path: Path) -> None:
    assert load_settings({}).data == home / "clas-donnees"
    assert load_settings({"CLAS_DATA": str(tmp_path)}).data == tmp_path


def test_out_of_a_clone_the_file_is_looked_for_in_the_home_folder_too(home: Path) -> None:
    (home / "clas-donnees").mkdir(parents=True)
    (home / "clas-donnees" / "clas.toml").write_text("builds_kept = 7\n", encoding="utf-8")
    assert load_settings({}) == Settings(home / "clas-donnees", 7)


def test_the_file_of_the_clone_counts_from_any_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clone, elsewhere = tmp_path / "clone", tmp_path / "ailleurs"
    for folder in (clone, elsewhere):
        folder.mkdir()
    for name in ("pyproject.toml", "Makefile"):
        (clone / name).touch()
    (clone / "clas.toml").write_text('data = "donnees"\nbuilds_kept = 6\n', encoding="utf-8")
    monkeypatch.setattr(module, "PROJECT_ROOT", clone)
    monkeypatch.chdir(elsewhere)
    assert load_settings({}) == Settings(clone / "donnees", 6)
    (elsewhere / "clas.toml").write_text("builds_kept = 8\n", encoding="utf-8")
    assert load_settings({}) == Settings(clone / "data", 8)


def test_the_environment_wins_over_the_file_and_the_file_over_the_default(toml: Path) -> None:
    toml.write_text('data = "/donnees/fichier"\nbuilds_kept = 3\n', encoding="utf-8")
    assert load_settings({}, toml) == Settings(Path("/donnees/fichier"), 3)
    assert load_settings({"CLAS_DATA": "/donnees/env"}, toml) == Settings(Path("/donnees/env"), 3)
    assert load_settings({"CLAS_BUILDS_KEPT": "9"}, toml).builds_kept == 9


def test_a_variable_set_to_nothing_is_not_the_working_folder(toml: Path) -> None:
    assert load_settings({"CLAS_DATA": "", "CLAS_BUILDS_KEPT": ""}, toml) == Settings()


def test_a_licence_is_one_of_those_known(toml: Path) -> None:
    assert load_settings({}, toml).licence == "etalab-2.0"
    assert load_settings({"CLAS_LICENCE": "ODbL-1.0"}, toml).licence == "ODbL-1.0"
    with pytest.raises(SettingsError) as error:
        load_settings({"CLAS_LICENCE": "MIT"}, toml)
    assert plain(error.value) == (
        "Le réglage « licence » vaut « MIT » : etalab-2.0, ODbL-1.0, non-precisee sont les valeurs acceptées."
    )


def test_the_file_is_looked_for_in_the_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "clas.toml").write_text("builds_kept = 8\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert load_settings({}).builds_kept == 8


def test_the_home_folder_is_understood(toml: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/agent")
    assert load_settings({"CLAS_DATA": "~/clas"}, toml).data == Path("/home/agent/clas")


def test_a_folder_is_the_same_wherever_the_program_goes_next(
    toml: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert load_settings({"CLAS_DATA": "donnees"}, toml).data == tmp_path / "donnees"
    toml.write_text('data = "autres"\n', encoding="utf-8")
    monkeypatch.chdir("/")
    assert load_settings({}, toml).data == tmp_path / "autres"


@pytest.mark.parametrize("value", ["zéro", "0", "1", "-3", "2,5", "5.0", "1e3", " "])
def test_a_number_of_builds_that_leaves_nothing_to_go_back_to_is_refused(toml: Path, value: str) -> None:
    with pytest.raises(SettingsError) as error:
        load_settings({"CLAS_BUILDS_KEPT": value}, toml)
    assert plain(error.value) == (
        f"Le réglage « builds_kept » vaut « {value} » : un nombre entier, 2 au moins, est attendu."
    )


@pytest.mark.parametrize("declared", ["builds_kept = true", 'builds_kept = "beaucoup"', "builds_kept = []"])
def test_the_file_is_held_to_the_same_rules(toml: Path, declared: str) -> None:
    toml.write_text(declared, encoding="utf-8")
    with pytest.raises(SettingsError, match="2 au moins"):
        load_settings({}, toml)


def test_an_unknown_setting_is_refused_with_those_known(toml: Path) -> None:
    toml.write_text("donnees = '/x'\n", encoding="utf-8")
    with pytest.raises(SettingsError) as error:
        load_settings({}, toml)
    assert plain(error.value) == (
        "clas.toml : réglage inconnu « donnees ». Réglages connus : data, builds_kept, memoire, requete_secondes, "
        "requete_lignes, depots_jours, licence, caf, service, courriel, telephone, url."
    )


@pytest.mark.parametrize("content", [b"data = ", b"data = '\xe9'"])
def test_a_file_that_cannot_be_read_is_refused(toml: Path, content: bytes) -> None:
    toml.write_bytes(content)
    with pytest.raises(SettingsError, match=r"Le fichier de réglages clas\.toml ne peut pas être lu"):
        load_settings({}, toml)


def test_settings_do_not_change_once_read() -> None:
    with pytest.raises(FrozenInstanceError):
        Settings().builds_kept = 9  # type: ignore[misc]


def test_the_contact_is_what_is_known_of_it(toml: Path) -> None:
    assert load_settings({}, toml).contact == "l'agent de votre Caf qui suit le Clas"
    toml.write_text('caf = "Caf du Loiret"\ntelephone = "02  38 00 00 00"\n', encoding="utf-8")
    assert load_settings({"CLAS_COURRIEL": "clas@caf.example"}, toml).contact == (
        "Caf du Loiret, clas@caf.example, 02 38 00 00 00"
    )


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("https://clas.caf.example", "https://clas.caf.example"),
        (" https://CLAS.caf.example/ ", "https://clas.caf.example"),
        ("https://clas.caf.example:8443", "https://clas.caf.example:8443"),
    ],
)
def test_the_public_address_is_https_and_a_host(toml: Path, typed: str, kept: str) -> None:
    assert load_settings({"CLAS_URL": typed}, toml).url == kept


@pytest.mark.parametrize(
    "typed",
    ["http://clas.caf.example", "clas.caf.example", "https://", "https://a/b", "https://a?b", "https://u@a",
     "https://a:x", "https://[a", "https://a#b", "https://a:443000"],
)  # fmt: skip
def test_another_public_address_is_refused_with_an_example(toml: Path, typed: str) -> None:
    with pytest.raises(SettingsError, match=r"par exemple https://clas\.caf\.example"):
        load_settings({"CLAS_URL": typed}, toml)
