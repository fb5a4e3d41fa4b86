"""A recognised table of text -> typed canonical rows, the personal cells apart, and every cell that was not read.

All of it is generated SQL over one scan: a file of a million rows costs a few passes, whatever its number of columns.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import duckdb

from pipeline.codebook.model import Codebook, Column, FormatColumn
from pipeline.codebook.sentences import sql_expression
from pipeline.reading.html_codes import html_codes
from pipeline.reading.recognise import Recognised
from pipeline.sql.steps import Step, in_steps
from pipeline.staging.corrected import MASKED, RECEIVED, corrected_view, record_corrections
from pipeline.staging.corrections import PlacedCorrection
from pipeline.staging.readers_sql import REASON, UNKNOWN_PIECE, expected, is_joined, reader_sql
from pipeline.staging.rows_apart import refuse_another_table, set_apart_sql, told_sql
from pipeline.staging.scan import FEW, open_scan
from pipeline.staging.territories import resolve_communes
from socle.files.sqltext import identifier, literal, sql_map
from socle.words.damaged import DAMAGE, ENTITY, LOST, TAG
from socle.words.french import line_ranges
from socle.words.refusal import Refusal

# Control characters but line breaks and tabs, zero-width ones, and those that change the direction of reading.
_INVISIBLE = (
    r"'[\x{00}-\x{08}\x{0B}\x{0C}\x{0E}-\x{1F}\x{7F}\x{AD}\x{200B}-\x{200F}\x{202A}-\x{202E}\x{2060}-\x{2069}]'"
)
_PIECES = [f"nullif(regexp_extract(l.valeur, {literal(sign)}), '')" for sign in (DAMAGE, LOST)]
_PIECE = f"coalesce({', '.join(_PIECES)})"
# The two readings of « 4.312 », and how to write the second one without doubt.
_DIGITS = "regexp_replace(regexp_extract(nettoyer(valeur), '[0-9][0-9 .,’'']*'), '[^0-9]', '', 'g')"
_DECIMALS = f"regexp_replace({_DIGITS}, '([0-9]{{3}})$', ',\\1')"
_READINGS = {"milliers": _DIGITS, "decimales": _DECIMALS, "precis": f"{_DECIMALS} || '0'"}
_FAULTY = '"(faute)"'
"""Column of the rows of which a cell was not read: they are few, and looked at again."""


@dataclass(frozen=True)
class _Cell:
    """A column of the file: the text c<n> of its cells, the value r<n> read from them, the columns that it feeds."""

    position: int
    entete: str
    source: FormatColumn
    columns: tuple[Column, ...]
    decimale: str = ""
    """Decimal mark that the format declares."""
    share: str = "true"
    """Condition under which a percentage is an answer: of the national synthesis, that the indicator is a share."""

    @property
    def text(self) -> str:
        return f"c{self.position}"

    @property
    def read(self) -> str:
        return f"r{self.position}"

    @property
    def kind(self) -> str:
        return self.columns[0].variable.type

    @property
    def joined(self) -> bool:
        return is_joined(self.columns[0], self.source)

    @property
    def reader(self) -> str:
        if self.kind == "commune":
            return f"commune_{self.position}.code"
        read = reader_sql(self.columns[0], self.source, self.text, self.decimale)
        if self.kind == "taux" and self.share != "true":
            return f"case when not contains({self.text}, '%') or {self.share} then {read} end"
        return read

    @property
    def unread(self) -> str:
        """The condition under which the cell holds something that its reader could not make sense of."""
        if self.joined:
            return f"list_contains({self.read}, {literal(UNKNOWN_PIECE)})"
        return f"{self.read} is null and {self.text} is not null"

    def values(self) -> Iterator[tuple[str, str]]:
        """Yield (column id, expression over r<n>)."""
        # A cell of which no piece is known says nothing of any option.
        known = f"nullif(list_distinct({self.read}), [{literal(UNKNOWN_PIECE)}])"
        for column in self.columns:
            yield column.id, f"list_contains({known}, {literal(column.modalite or '')})" if self.joined else self.read


def conform(
    connection: duckdb.DuckDBPyConnection,
    recognised: Recognised,
    codebook: Codebook,
    departements: Sequence[str],
    corrections: Sequence[PlacedCorrection] = (),
    campagne: str = "",
) -> int:
    """Create the tables `lignes`, `prive`, `anomalies` and `corrections` from one table of text.

    `campagne` is that of the file, empty when it is not known.
    Return the number of rows read, totals included; a row that holds nothing but separators is none.

    lignes: feuille, ligne, then one typed column per non-personal column of the codebook that the file answers.
    prive: feuille, ligne, variable, valeur (text), one row per personal cell filled.
    anomalies: feuille, ligne, colonne, variable, valeur, gravite, effet, regle, message.
    corrections: see correct.record_corrections. All are temporary.
    """
    connection.execute(f"set variable campagne = {literal(campagne)}")
    # Of a few records, planning a query well takes longer than running it.
    connection.execute(f"pragma {'disable' if recognised.table.records <= FEW else 'enable'}_optimizer")
    open_scan(connection, recognised, RECEIVED)
    corrected_view(connection, "lecture_codee", corrections)
    codes = _create_decoded(connection, recognised)
    cells = _cells(recognised, codebook)
    public = [cell for cell in cells if not cell.columns[0].variable.personnel]
    personal = [cell for cell in cells if cell.columns[0].variable.personnel]
    _create_lecture(connection, recognised)
    read = _create_read(connection, recognised, public, departements)
    _create_lignes(connection, public, read)
    _create_prive(connection, personal)
    _create_faults(connection, public, personal)
    _add_decoded(connection, cells, codes)
    _create_anomalies(connection, codebook)
    record_corrections(connection, corrections, codebook)
    _refuse_damaged_register(connection, recognised)
    row = connection.execute("from lecture_utile select count(*)").fetchone()
    return int(row[0]) if row else 0


def _refuse_damaged_register(connection: duckdb.DuckDBPyConnection, recognised: Recognised) -> None:
    """Raise Refusal when names of the register cannot be read: returns that bear them would all be unknown."""
    if recognised.format.nature != "porteurs":
        return
    lines, shown = connection.execute(
        "select list(distinct ligne order by ligne), any_value(valeur order by ligne) from anomalies "
        "where regle in ('texte_abime', 'valeur_en_erreur')"
    ).fetchall()[0]
    if lines:
        raise Refusal("registre_abime", lignes=line_ranges(lines), valeur=shown)


def _cells(recognised: Recognised, codebook: Codebook) -> list[_Cell]:
    """The columns of the file that feed a variable."""
    shares = ", ".join(literal(indicator.id) for indicator in codebook.indicators if indicator.unite == "pct")
    named = [item.position for item in recognised.mapped if item.column.variable == "indicateur"]
    share = f"coalesce(list_contains([{shares}], nettoyer(c{named[0]})), false)" if named else "true"
    mark = recognised.format.fichier.get("decimale", "")
    return [
        _Cell(item.position, item.entete, item.column, codebook.columns_of(item.column.variable or ""), mark, share)
        for item in recognised.mapped
    ]


def _create_decoded(connection: duckdb.DuckDBPyConnection, recognised: Recognised) -> dict[str, str]:
    """The view `lecture_brute`: the records with the characters that HTML codes stand for. Return those codes."""
    codes = html_codes(recognised.table.path)
    replaced = ", ".join(f"{_decoded(f'c{at}', codes)} as c{at}" for at in range(len(recognised.headers)))
    connection.execute(
        "create or replace temp view lecture_brute as "
        f"select *{f' replace ({replaced})' if codes else ''} from lecture_codee"
    )
    return codes


def _decoded(cell: str, codes: Mapping[str, str]) -> str:
    pieces = f"regexp_extract_all({cell}, {literal(f'{ENTITY}|{TAG}|[^&<]+|[&<]')})"
    known = sql_map({code: literal(text) for code, text in codes.items()})
    return (
        f"case when contains({cell}, '&') or contains({cell}, '<') then array_to_string(list_transform({pieces}, "
        f"lambda p: coalesce(map_extract_value({known}, p), p)), '') else {cell} end"
    )


def _create_lecture(connection: duckdb.DuckDBPyConnection, recognised: Recognised) -> None:
    """The records that hold something, and those of them that are answers."""
    _keep(connection, "lecture_utile", set_apart_sql(recognised), recognised)
    refuse_another_table(connection, recognised)
    connection.execute("create or replace temp view lecture as select * from lecture_utile where a_part is null")


def _keep(connection: duckdb.DuckDBPyConnection, name: str, query: str, recognised: Recognised) -> bool:
    """Create the view `name`; for few records, store its rows. Return whether they are stored.

    A hundred readers take longer to plan than a few records to read, and each query over the view plans them again.
    """
    if recognised.table.records <= FEW:
        connection.execute(f"create or replace temp table {name}_gardee as {query}")
        query = f"from {name}_gardee"
    connection.execute(f"create or replace temp view {name} as {query}")
    return recognised.table.records <= FEW


def _create_read(
    connection: duckdb.DuckDBPyConnection,
    recognised: Recognised,
    cells: Sequence[_Cell],
    departements: Sequence[str],
) -> str | None:
    """The view `lue`: text and value of every cell; each distinct commune is resolved once.

    Return its query, None when its rows are kept.
    """
    joins = ""
    for cell in cells:
        if cell.kind == "commune":
            resolve_communes(connection, "lecture", cell.text, f"commune_{cell.position}", departements)
            joins += f" left join commune_{cell.position} on commune_{cell.position}.texte = lecture.{cell.text}"
    texts = ", ".join(cell.text for cell in cells)
    values = ", ".join(f"{cell.reader} as {cell.read}" for cell in cells)
    query = f"select feuille, ligne, {texts}, {values} from lecture {joins}"
    kept = _keep(connection, "lue", query, recognised)
    return None if kept else query


def _create_lignes(connection: duckdb.DuckDBPyConnection, cells: Sequence[_Cell], read: str | None) -> None:
    """The typed rows, and `lue_fautive`: the rows of `lue` with an unread cell, so that only those are read twice."""
    typed = ", ".join(f"{value} as {identifier(name)}" for cell in cells for name, value in cell.values())
    ticked = ", ".join(_ticked(cells))
    faulty = " or ".join(f"({cell.unread})" for cell in cells) or "false"
    connection.execute(
        f"create or replace temp table lignes_lues as select * {f'replace ({ticked})' if ticked else ''} "
        f"from (select feuille, ligne, {typed}, {faulty} as {_FAULTY} from lue)"
    )
    connection.execute(f"create or replace temp view lignes as select * exclude ({_FAULTY}) from lignes_lues")
    connection.execute(
        "create or replace temp table lecture_fautive as from lecture "
        f"where ligne in (select ligne from lignes_lues where {_FAULTY})"
    )
    again = f"with lecture as (from lecture_fautive) {read}" if read else "from lue"
    connection.execute(f"create or replace temp view lue_fautive as {again}")


def _ticked(cells: Sequence[_Cell]) -> Iterator[str]:
    """In a multiple choice with a column an option, an option left blank is a no as soon as another is ticked."""
    options = [cell.columns[0] for cell in cells if cell.kind == "choix_multiple" and not cell.joined]
    for column in options:
        siblings = [identifier(other.id) for other in options if other.variable.id == column.variable.id]
        name = identifier(column.id)
        yield f"case when greatest({', '.join(siblings)}) then coalesce({name}, false) else {name} end as {name}"


def _create_prive(connection: duckdb.DuckDBPyConnection, cells: Sequence[_Cell]) -> None:
    """The table `prive`, and `prive_brut`: the same with the texts that are not read, their `valeur` null."""
    pairs = ", ".join(
        f"{{'position': {cell.position}, 'variable': {literal(cell.columns[0].id)}, 'texte': {cell.text}, "
        f"'valeur': lire_texte({cell.text})}}"
        for cell in cells
    )
    empty = "[]::struct(position integer, variable varchar, texte varchar, valeur varchar)[]"
    connection.execute(
        "create or replace temp table prive_brut as select feuille, ligne, unnest(paires, recursive := true) from ("
        f"select feuille, ligne, list_filter({f'[{pairs}]' if pairs else empty}, "
        "lambda p: p.valeur is not null or not est_absent(p.texte)) as paires from lecture)"
    )
    connection.execute(
        "create or replace temp view prive as select feuille, ligne, variable, valeur from prive_brut "
        "where valeur is not null"
    )


def _create_faults(connection: duckdb.DuckDBPyConnection, cells: Sequence[_Cell], personal: Sequence[_Cell]) -> None:
    """The table `fautes`: one row per cell not read, with all that its sentence needs."""
    connection.execute(
        "create or replace temp table question (position integer, colonne varchar, variable varchar, type varchar, "
        "libelle varchar, attendu varchar)"
    )
    questions = [_question(cell) for cell in (*cells, *personal)]
    connection.execute(
        "insert into question select " + ", ".join(["unnest(?)"] * 6),
        [[question[at] for question in questions] for at in range(6)],
    )
    found = ", ".join(f"case when {c.unread} then {{'position': {c.position}, 'valeur': {c.text}}} end" for c in cells)
    resolved = " union all ".join(
        f"select {c.position} as position, texte, candidats, methode, code_postal from commune_{c.position}"
        for c in cells
        if c.kind == "commune"
    )
    none = "select null::integer as position, null as texte, null as candidats, null as methode, null as code_postal"
    connection.execute(f"create or replace temp view commune_lue as {resolved or none}")
    connection.execute(f"create or replace temp table fautes as {_faults_sql(found)}")
    for cell in cells:
        if cell.kind == "commune":
            _add_doubtful_codes(connection, cell)
    texts = [cell for cell in cells if cell.kind in ("texte", "identifiant")]
    if texts:
        _add_cleaned_texts(connection, texts)
    if personal:
        _add_unread_personal(connection)


def _faults_sql(found: str) -> str:
    """The cells not read; those of a row are listed first, so that a hundred columns are looked at in one pass."""
    return in_steps(
        Step(
            "lignes_fautives",
            f"select feuille, ligne, list_filter([{found}], lambda f: f is not null) as trouvees from lue_fautive",
        ),
        Step(
            "cellules",
            "select feuille, ligne, unnest(trouvees, recursive := true) from lignes_fautives where len(trouvees) > 0",
        ),
        Step(
            "fautes",
            f"select l.feuille, l.ligne, q.*, l.valeur, c.candidats, {_PIECE} as abime, null::varchar as lignes, "
            f"{REASON} as regle from cellules as l "
            "inner join question as q using (position) "
            "left join commune_lue as c on c.position = l.position and c.texte = l.valeur "
            "where not est_absent(l.valeur)",
        ),
    )


def _question(cell: _Cell) -> list[object]:
    column = cell.columns[0]
    variable, label = (column.variable.id, column.variable.libelle) if cell.joined else (column.id, column.libelle)
    return [cell.position, cell.entete, variable, cell.kind, label, expected(column.variable)]


def _add_doubtful_codes(connection: duckdb.DuckDBPyConnection, cell: _Cell) -> None:
    """A code that was completed, or that is also a postal code, was read: it only deserves a second look."""
    connection.execute(
        "insert into fautes by name select l.feuille, l.ligne, q.*, l."
        f"{cell.text} as valeur, c.candidats, "
        "if(c.methode = 'code_complete', 'code_complete', 'code_insee_ou_postal') as regle "
        f"from lue as l inner join commune_{cell.position} as c on c.texte = l.{cell.text} "
        f"inner join question as q on q.position = {cell.position} "
        "where c.methode = 'code_complete' or (c.code is not null and c.code_postal)"
    )


def _add_cleaned_texts(connection: duckdb.DuckDBPyConnection, cells: Sequence[_Cell]) -> None:
    """A text from which invisible characters were taken out: some of them make it read as another."""
    found = ", ".join(
        f"case when regexp_matches({c.text}, {_INVISIBLE}) "
        f"then {{'position': {c.position}, 'valeur': lire_texte({c.text})}} end"
        for c in cells
    )
    connection.execute(
        "insert into fautes by name select l.feuille, l.ligne, q.*, l.valeur, 'texte_nettoye' as regle from ("
        f"select feuille, ligne, unnest(list_filter([{found}], lambda f: f.valeur is not null), recursive := true) "
        "from lecture) as l inner join question as q using (position)"
    )


def _add_unread_personal(connection: duckdb.DuckDBPyConnection) -> None:
    """An error or a damaged text in a personal cell: neither is kept, and no text of it is shown."""
    connection.execute(
        "insert into fautes by name select l.feuille, l.ligne, q.*, "
        f"if(est_erreur(l.texte), nettoyer(l.texte), '{MASKED}') as valeur, "
        f"{_PIECE.replace('l.valeur', 'l.texte')} as abime, "
        "if(est_erreur(l.texte), 'valeur_en_erreur', 'texte_abime') as regle "
        "from prive_brut as l inner join question as q using (position) where l.valeur is null"
    )


def _add_decoded(connection: duckdb.DuckDBPyConnection, cells: Sequence[_Cell], codes: Mapping[str, str]) -> None:
    """A cell in which HTML codes were read as what they stand for."""
    if not codes or not cells:
        return
    found = ", ".join(
        f"case when {_decoded(c.text, codes)} <> {c.text} then {{'position': {c.position}, 'valeur': "
        f"{literal(MASKED) if c.columns[0].variable.personnel else f'nettoyer({_decoded(c.text, codes)})'}}} end"
        for c in cells
    )
    connection.execute(
        "insert into fautes by name select r.feuille, l.ligne, q.*, l.valeur, 'texte_decode' as regle from ("
        f"select ligne, unnest(list_filter([{found}], lambda f: f is not null), recursive := true) from lecture_codee"
        ") as l inner join question as q using (position) inner join lecture as r on r.ligne = l.ligne"
    )


def _create_anomalies(connection: duckdb.DuckDBPyConnection, codebook: Codebook) -> None:
    """Give each fault, and each record set apart, its sentence, gravity and effect, declared in messages.yml."""
    connection.execute(f"insert into fautes by name {told_sql()}")
    rules = [row[0] for row in connection.execute("select distinct regle from fautes order by 1").fetchall()]
    names = ("valeur", "libelle", "attendu", "colonne", "candidats", "ligne", "lignes", "abime")
    terms = {name: name for name in names} | _READINGS
    cases = {rule: sql_expression(codebook.messages[rule].phrase, terms) for rule in rules}
    phrase = " ".join(f"when {literal(rule)} then {text}" for rule, text in cases.items())
    gravity = " ".join(f"when {literal(rule)} then {literal(codebook.messages[rule].gravite)}" for rule in rules)
    effect = " ".join(f"when {literal(rule)} then {literal(codebook.messages[rule].effet)}" for rule in rules)
    connection.execute(
        "create or replace temp table anomalies as select feuille, ligne, colonne, variable, valeur, "
        + (f"case regle {gravity} end as gravite, case regle {effect} end as effet, regle, case regle {phrase} end"
           if rules else "null::varchar as gravite, null::varchar as effet, regle, null::varchar")
        + " as message from fautes"
    )  # fmt: skip
