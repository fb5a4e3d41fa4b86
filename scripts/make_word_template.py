"""Write bilan/modeles/bilan.docx, the Word template that a Caf may restyle: python scripts/make_word_template.py."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from docx import Document
from docx.document import Document as Word
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt, RGBColor

from bilan.office.stable import LANGUAGE, stable
from socle.settings import PROJECT_ROOT

TARGET = PROJECT_ROOT / "bilan" / "modeles" / "bilan.docx"
INK, SOFT, ACCENT = "1B1F24", "4A5560", "0B4F7D"
LINE, PALE, WARNING = "B9C2CB", "F2F5F8", "8A3B00"
FONT = "Calibri"
# Name: (based on, points, colour, bold, italic, space before, after, left indent in cm).
STYLES: dict[str, tuple[str, float, str, bool, bool, float, float, float]] = {
    "Chapeau": ("Normal", 12, INK, True, False, 0, 4, 0),
    "Message": ("Normal", 14, ACCENT, True, False, 0, 8, 0),
    "Note": ("Normal", 9.5, SOFT, False, False, 0, 3, 0),
    "Alerte": ("Normal", 11, WARNING, True, False, 4, 6, 0),
    "Mentions": ("Normal", 10, WARNING, True, False, 0, 4, 0),
    "Établi par": ("Normal", 10.5, SOFT, False, False, 0, 6, 0),
    "Titre du sommaire": ("Normal", 14, ACCENT, True, False, 14, 6, 0),
    "Titre de figure": ("Heading 3", 11.5, ACCENT, True, False, 14, 3, 0),
    "Message de figure": ("Normal", 11, INK, False, False, 0, 4, 0),
    "Graphique": ("Normal", 11, INK, False, False, 2, 4, 0),
    "Lecture": ("Normal", 9, SOFT, False, False, 2, 0, 0),
    "Cellule": ("Normal", 9, INK, False, False, 1, 1, 0),
    "Cellule nombre": ("Cellule", 9, INK, False, False, 1, 1, 0),
    "Intitulé": ("Cellule", 9, INK, True, False, 1, 1, 0),
    "Intitulé nombre": ("Intitulé", 9, INK, True, False, 1, 1, 0),
    "Cellule serré": ("Cellule", 7.5, INK, False, False, 1, 1, 0),
    "Cellule nombre serré": ("Cellule nombre", 7.5, INK, False, False, 1, 1, 0),
    "Intitulé serré": ("Intitulé", 7.5, INK, True, False, 1, 1, 0),
    "Intitulé nombre serré": ("Intitulé nombre", 7.5, INK, True, False, 1, 1, 0),
    "Carte libellé": ("Cellule", 9.5, SOFT, True, False, 4, 0, 0),
    "Carte chiffre": ("Cellule", 20, ACCENT, True, False, 0, 0, 0),
    "Carte détail": ("Cellule", 8.5, SOFT, False, False, 0, 1, 0),
    "Encadré titre": ("Normal", 11, ACCENT, True, False, 10, 0, 0.3),
    "Encadré": ("Normal", 10.5, INK, False, False, 0, 0, 0.3),
    "Encadré à écrire": ("Encadré", 10.5, INK, False, False, 0, 0, 0.3),
    "Citation du porteur": ("Encadré", 10.5, INK, False, True, 0, 0, 0.3),
    "Glossaire": ("Normal", 10.5, INK, False, False, 0, 4, 0),
    "En-tête du bilan": ("Normal", 8.5, SOFT, False, False, 0, 0, 0),
    "Pied du bilan": ("Normal", 8, SOFT, False, False, 0, 0, 0),
}


def template() -> bytes:
    """Return the template; the same bytes each time."""
    word = Document()
    _page(word)
    _styles(word)
    _body(word)
    _header(word)
    _footer(word)
    said = word.core_properties
    said.title, said.author, said.comments, said.language = "Modèle du bilan du Clas", "", "", LANGUAGE
    said.created = said.modified = datetime(2026, 1, 1)
    out = BytesIO()
    word.save(out)
    return stable(out.getvalue())


def _page(word: Word) -> None:
    page = word.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2.2)
    page.top_margin, page.bottom_margin = Cm(2.3), Cm(2)


def _styles(word: Word) -> None:
    languages = word.styles.element.findall(f".//{qn('w:lang')}")
    for language in languages:
        language.set(qn("w:val"), LANGUAGE)
        language.set(qn("w:eastAsia"), LANGUAGE)
    normal = word.styles["Normal"]
    _font(normal, 11, INK)
    normal.paragraph_format.space_after = Pt(6)
    for name, points, before in (("Title", 22, 0), ("Subtitle", 13, 0), ("Heading 1", 17, 20), ("Heading 2", 13, 14),
                                 ("Heading 3", 11.5, 12)):  # fmt: skip
        style = word.styles[name]
        _font(style, points, ACCENT, bold=name != "Subtitle")
        style.font.italic = False
        style.paragraph_format.space_before = Pt(before)
        style.paragraph_format.space_after = Pt(6)
        style.paragraph_format.keep_with_next = True
    for border in word.styles["Title"].element.findall(f".//{qn('w:pBdr')}"):
        border.getparent().remove(border)
    for name, (base, points, colour, bold, italic, before, after, left) in STYLES.items():
        style = word.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style, style.quick_style = word.styles[base], True
        _font(style, points, colour, bold, italic)
        shape = style.paragraph_format
        shape.space_before, shape.space_after, shape.left_indent = Pt(before), Pt(after), Cm(left)
        shape.right_indent = Cm(left)
    contents = word.styles.add_style("toc 1", WD_STYLE_TYPE.PARAGRAPH)
    contents.base_style = normal
    for name in ("Titre de figure", "Message de figure", "Encadré titre", "Chapeau", "Titre du sommaire"):
        word.styles[name].paragraph_format.keep_with_next = True
    word.styles["Graphique"].paragraph_format.keep_with_next = True
    for name in ("Cellule nombre", "Intitulé nombre"):
        _properties(word, name, '<w:jc w:val="right"/>')
    frame = "".join(
        f'<w:{side} w:val="single" w:sz="{24 if side == "left" else 4}" w:space="6" w:color="{colour}"/>'
        for side, colour in (("top", PALE), ("left", ACCENT), ("bottom", PALE), ("right", PALE))
    )
    for name in ("Encadré titre", "Encadré"):
        _properties(word, name, f"<w:pBdr>{frame}</w:pBdr>", f'<w:shd w:val="clear" w:color="auto" w:fill="{PALE}"/>')
    _table_style(word)


def _font(style: Any, points: float, colour: str, bold: bool = False, italic: bool = False) -> None:
    style.font.name, style.font.size = FONT, Pt(points)
    style.font.bold, style.font.italic = bold, italic
    style.font.color.rgb = RGBColor.from_string(colour)
    fonts = style.element.rPr.find(qn("w:rFonts"))
    for theme in [name for name in fonts.attrib if "Theme" in name]:
        del fonts.attrib[theme]
    for name in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(name), FONT)


def _properties(word: Word, name: str, *parts: str) -> None:
    """Add properties of a paragraph to a style, in the order that the format asks."""
    properties = word.styles[name].element.get_or_add_pPr()
    order = ("keepNext", "keepLines", "pageBreakBefore", "widowControl", "numPr", "pBdr", "shd", "tabs", "spacing",
             "ind", "contextualSpacing", "jc", "outlineLvl")  # fmt: skip
    for part in parts:
        properties.append(parse_xml(part.replace(" w:", f" {nsdecls('w')} w:", 1) if " w:" in part.split(">")[0]
                                    else part.replace(">", f" {nsdecls('w')}>", 1)))  # fmt: skip
    properties[:] = sorted(properties, key=lambda one: order.index(one.tag.split("}")[1]))


def _table_style(word: Word) -> None:
    for name, inside, head in (("Tableau du bilan", True, True), ("Cartes du bilan", False, False)):
        style = word.styles.add_style(name, WD_STYLE_TYPE.TABLE)
        style.base_style = word.styles["Normal Table"]
        sides = ("top", "bottom", "insideH") if inside else ("top", "left", "bottom", "right", "insideH", "insideV")
        borders = "".join(f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="{LINE}"/>' for side in sides)
        style.element.append(parse_xml(
            f'<w:tblPr {nsdecls("w")}><w:tblBorders>{borders}</w:tblBorders><w:tblCellMar>'
            '<w:left w:w="70" w:type="dxa"/><w:right w:w="70" w:type="dxa"/></w:tblCellMar></w:tblPr>'
        ))  # fmt: skip
        if head:
            style.element.append(parse_xml(
                f'<w:tblStylePr {nsdecls("w")} w:type="firstRow"><w:tcPr><w:shd w:val="clear" w:color="auto" '
                f'w:fill="{PALE}"/></w:tcPr></w:tblStylePr>'
            ))  # fmt: skip


def _body(word: Word) -> None:
    def line(text: str, style: str = "Normal") -> Any:
        return word.add_paragraph(text, style)

    line("{{ title }}", "Title")
    _when(line, "subtitle", "{{ subtitle }}", "Subtitle")
    _when(line, "made_by", "{{ made_by }}", "Établi par")
    _when(line, "marks", "{{ marks|join(' · ') }}", "Mentions")
    _when(line, "warning", "{{ warning }}", "Alerte")
    line("{%p for s in sections %}")
    line("{%p if contents and loop.index == (2 if opening else 1) %}")
    line("Sommaire", "Titre du sommaire").paragraph_format.page_break_before = True
    line("{{p summary }}")
    line("{%p endif %}")
    line("{%p if s.headed and s.new_page %}")
    line("{{ s.heading }}", "Heading 1").paragraph_format.page_break_before = True
    line("{%p elif s.headed %}")
    line("{{ s.heading }}", "Heading 1")
    line("{%p endif %}")
    _when(line, "s.message", "{{ s.message }}", "Message")
    line("{%p for b in s.blocks %}")
    for kind, style in (("phrase", "Normal"), ("chapeau", "Chapeau"), ("point", "List Bullet"), ("note", "Note"),
                        ("alerte", "Alerte")):  # fmt: skip
        _when(line, f"b.type == 'paragraph' and b.style == '{kind}'", "{{ b.text }}", style)
    _when(line, "b.type == 'heading'", "{{ b.text }}", "Heading 2")
    line("{%p if b.type == 'box' %}")
    line("{{ b.heading }}", "Encadré titre")
    line("{%p for text in b.paragraphs %}")
    line("{%p if b.kind == 'citation' %}")
    line("{{ text }}", "Citation du porteur")
    line("{%p else %}")
    line("{{ text }}", "Encadré")
    line("{%p endif %}")
    line("{%p endfor %}")
    line("{%p if not b.paragraphs %}")
    line("\n\n\n\n", "Encadré à écrire")
    line("{%p endif %}")
    line("{%p endif %}")
    line("{%p if b.type == 'cards' %}")
    _cards(word)
    line("{%p endif %}")
    line("{%p if b.type == 'glossary' %}")
    line("{%p for word, meaning in b.entries %}")
    entry = line("", "Glossaire")
    entry.add_run("{{ word }}").bold = True
    entry.add_run("\u202f: {{ meaning }}")
    line("{%p endfor %}")
    line("{%p endif %}")
    line("{%p if b.type == 'figure' %}")
    line("{{ b.kind }} {{ b.number }} — {{ b.title }}", "Titre de figure")
    _when(line, "b.message", "{{ b.message }}", "Message de figure")
    _when(line, "b.marks", "{{ b.marks|join(' · ') }}", "Mentions")
    _when(line, "b.picture", "{{ b.picture }}", "Graphique")
    _table(word)
    line("{%p for name, text in b.words %}")
    told = line("", "Lecture")
    told.add_run("{{ name }}").bold = True
    told.add_run(" {{ text }}")
    line("{%p endfor %}")
    line("{%p for note in b.notes %}")
    line("{{ note }}", "Lecture")
    line("{%p endfor %}")
    line("{%p endif %}")
    line("{%p endfor %}")
    line("{%p endfor %}")
    _when(line, "replaced", "{{ replaced }}", "Note")


def _when(line: Any, condition: str, text: str, style: str) -> None:
    line(f"{{%p if {condition} %}}")
    line(text, style)
    line("{%p endif %}")


def _table(word: Word) -> None:
    table = word.add_table(rows=4, cols=4, style="Tableau du bilan")
    _described(table, "{{ b.number }} {{ b.title }}", "{{ b.alt }}")
    head, begin, row, end = table.rows
    _repeated(head)
    _cells(head, ("{{ b.table.row_label }}", "Intitulé"), ("{%tc for c in b.table.columns %}", "Cellule"),
           ("", "Cellule"), ("{%tc endfor %}", "Cellule"))  # fmt: skip
    _aligned(head.cells[2], "c.right", "{{ c.label }}", "Intitulé")
    _cells(begin, ("{%tr for r in b.table.rows %}", "Cellule"))
    _cells(row, ("{{ r.label }}", "Cellule"), ("{%tc for cell in r.cells %}", "Cellule"), ("", "Cellule"),
           ("{%tc endfor %}", "Cellule"))  # fmt: skip
    _aligned(row.cells[2], "b.table.columns[loop.index0].right", "{{ cell.text }}", "Cellule")
    _cells(end, ("{%tr endfor %}", "Cellule"))


def _aligned(cell: Any, condition: str, text: str, style: str) -> None:
    """To the right where the column is one of numbers."""
    cell.paragraphs[0].text = f"{{%p if {condition} %}}"
    for text_or_tag, named in (
        (text, f"{style} nombre"),
        ("{%p else %}", style),
        (text, style),
        ("{%p endif %}", style),
    ):
        cell.add_paragraph(text_or_tag, named)


def _cards(word: Word) -> None:
    table = word.add_table(rows=3, cols=3, style="Cartes du bilan")
    _described(table, "Chiffres clés", "Les chiffres clés, trois par ligne.")
    begin, row, end = table.rows
    _cells(begin, ("{%tr for line in b.figures|batch(3) %}", "Cellule"))
    _cells(row, ("{%tc for card in line %}", "Cellule"), ("{{ card.label }}", "Carte libellé"),
           ("{%tc endfor %}", "Cellule"))  # fmt: skip
    cell = row.cells[1]
    cell.add_paragraph("{{ card.value.text }}", "Carte chiffre")
    cell.add_paragraph("{%p for detail in card.lines %}", "Cellule")
    cell.add_paragraph("{{ detail }}", "Carte détail")
    cell.add_paragraph("{%p endfor %}", "Cellule")
    _cells(end, ("{%tr endfor %}", "Cellule"))


def _cells(row: Any, *texts: tuple[str, str]) -> None:
    for cell, (text, style) in zip(row.cells, texts, strict=False):
        cell.paragraphs[0].text = text
        cell.paragraphs[0].style = style
    row._tr.get_or_add_trPr().insert(0, OxmlElement("w:cantSplit"))


def _repeated(row: Any) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _described(table: Any, caption: str, description: str) -> None:
    properties = table._tbl.tblPr
    width = properties.find(qn("w:tblW"))
    width.set(qn("w:type"), "pct")
    width.set(qn("w:w"), "5000")
    look = properties.find(qn("w:tblLook"))
    for name, text in (("w:tblCaption", caption), ("w:tblDescription", description)):
        one = OxmlElement(name)
        one.set(qn("w:val"), text)
        properties.append(one)
    look.attrib.clear()
    for name, value in (("w:val", "0020"), ("w:firstRow", "1"), ("w:lastRow", "0"), ("w:firstColumn", "0"),
                        ("w:lastColumn", "0"), ("w:noHBand", "1"), ("w:noVBand", "1")):  # fmt: skip
        look.set(qn(name), value)


def _header(word: Word) -> None:
    header = word.sections[0].header
    first = header.paragraphs[0]
    first.text, first.style = "{{ running }}", "En-tête du bilan"
    for text, style in (("{%p if watermark %}", "En-tête du bilan"), ("{{ watermark }}", "Mentions")):
        header.add_paragraph(text, style)
    across = header.add_paragraph("", "En-tête du bilan").add_run()
    across._r.append(parse_xml(_WATERMARK))
    header.add_paragraph("{%p endif %}", "En-tête du bilan")


def _footer(word: Word) -> None:
    line = word.sections[0].footer.paragraphs[0]
    line.style = "Pied du bilan"
    line.add_run("{{ foot }} Page ")
    _field(line, "PAGE")
    line.add_run(" sur ")
    _field(line, "NUMPAGES")


def _field(line: Any, code: str) -> None:
    for kind, text in (("begin", ""), ("", f" {code} "), ("separate", ""), ("shown", "1"), ("end", "")):
        run = line.add_run("1" if kind == "shown" else "")
        if kind == "shown":
            continue
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        else:
            part.text = text
            part.set(qn("xml:space"), "preserve")
        run._r.append(part)


_WATERMARK = (
    f'<w:pict {nsdecls("w")} xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office">'
    '<v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800" '
    'path="m@7,l@8,m@5,21600l@6,21600e"><v:formulas><v:f eqn="sum #0 0 10800"/><v:f eqn="prod #0 2 1"/>'
    '<v:f eqn="sum 21600 0 @1"/><v:f eqn="sum 0 0 @2"/><v:f eqn="sum 21600 0 @3"/><v:f eqn="if @0 @3 0"/>'
    '<v:f eqn="if @0 21600 @1"/><v:f eqn="if @0 0 @2"/><v:f eqn="if @0 @4 21600"/><v:f eqn="mid @5 @6"/>'
    '<v:f eqn="mid @8 @5"/><v:f eqn="mid @7 @8"/><v:f eqn="mid @6 @7"/><v:f eqn="sum @6 0 @5"/></v:formulas>'
    '<v:path textpathok="t" o:connecttype="rect"/><v:textpath on="t" fitshape="t"/></v:shapetype>'
    '<v:shape id="Filigrane" o:spid="_x0000_s2049" type="#_x0000_t136" alt="{{ watermark }}" '
    'style="position:absolute;margin-left:0;margin-top:0;width:480pt;height:38pt;rotation:315;z-index:-251658752;'
    "mso-position-horizontal:center;mso-position-horizontal-relative:margin;mso-position-vertical:center;"
    'mso-position-vertical-relative:margin" o:allowincell="f" fillcolor="#d5dbe1" stroked="f">'
    '<v:fill opacity=".5"/><v:textpath style="font-family:&quot;Calibri&quot;;font-size:1pt" '
    'string="{{ watermark }}"/></v:shape></w:pict>'
)

if __name__ == "__main__":
    TARGET.parent.mkdir(exist_ok=True)
    Path(TARGET).write_bytes(template())
