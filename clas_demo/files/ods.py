"""Sheets -> an ODS file, by the few elements of OpenDocument that a spreadsheet of texts, numbers and dates needs.

The library there is (odfpy) dates what it writes; here the bytes depend on the sheets only.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from clas_demo.files.pages import SheetCell, SheetPage

_MIMETYPE = "application/vnd.oasis.opendocument.spreadsheet"
_NAMES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (
        ("office", "office"), ("table", "table"), ("text", "text"), ("style", "style"), ("number", "datastyle"),
        ("fo", "xsl-fo-compatible"), ("manifest", "manifest"),
    )
)  # fmt: skip
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_BOLD, _WRAP = '<style:text-properties fo:font-weight="bold"/>', 'fo:wrap-option="wrap" style:vertical-align="top"'
_BOX = 'fo:border="0.5pt solid #999999"'
_STYLES = {
    "titre": '<style:text-properties fo:font-weight="bold" fo:font-size="14pt"/>',
    "section": f'<style:table-cell-properties fo:background-color="#dce6f1"/>{_BOLD}',
    "question": _BOLD,
    "groupe": f'<style:table-cell-properties fo:background-color="#dce6f1" {_WRAP} {_BOX}/>{_BOLD}',
    "entete": f"<style:table-cell-properties {_WRAP} {_BOX}/>{_BOLD}",
    "libelle": f"<style:table-cell-properties {_WRAP}/>",
    "note": '<style:text-properties fo:font-style="italic" fo:color="#666666"/>',
    "reponse": f'<style:table-cell-properties {_WRAP} {_BOX}/><style:paragraph-properties fo:text-align="start"/>',
    "texte": f"<style:table-cell-properties {_WRAP} {_BOX}/>",
}
_DATES = (
    '<number:date-style style:name="N1"><number:day number:style="long"/><number:text>/</number:text>'
    '<number:month number:style="long"/><number:text>/</number:text><number:year number:style="long"/>'
    "</number:date-style>"
)


def write_ods(path: Path, pages: Sequence[SheetPage]) -> None:
    """Write the sheets; the entries of the archive bear the first date that a zip may hold."""
    content = f'{_HEAD}<office:document-content {_NAMES} office:version="1.3">{"".join(_content(pages))}'
    manifest = "".join(
        f'<manifest:file-entry manifest:full-path="{name}" manifest:media-type="{kind}"/>'
        for name, kind in (("/", _MIMETYPE), ("content.xml", "text/xml"))
    )
    entries = {
        "mimetype": _MIMETYPE,
        "content.xml": f"{content}</office:document-content>",
        "META-INF/manifest.xml": f'{_HEAD}<manifest:manifest {_NAMES} manifest:version="1.3">{manifest}'
        "</manifest:manifest>",
    }
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in entries.items():
            method = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(zipfile.ZipInfo(name), text.encode(), method, 9)


def _content(pages: Sequence[SheetPage]) -> Iterator[str]:
    widths = sorted({width for page in pages for width in page.widths.values()})
    yield f"<office:automatic-styles>{_DATES}"
    for width in widths:
        yield f'<style:style style:name="co{width:g}" style:family="table-column"><style:table-column-properties '
        yield f'style:column-width="{width * 0.19:.2f}cm"/></style:style>'
    for name, properties in _STYLES.items():
        yield f'<style:style style:name="{name}" style:family="table-cell">{properties}</style:style>'
        yield f'<style:style style:name="{name}-jour" style:family="table-cell" style:data-style-name="N1">'
        yield f"{properties}</style:style>"
    for lines in sorted({lines for page in pages for lines in page.heights().values()}):
        yield f'<style:style style:name="ro{lines}" style:family="table-row"><style:table-row-properties '
        yield f'style:row-height="{lines * 0.5:.2f}cm"/></style:style>'
    yield '<style:style style:name="jour" style:family="table-cell" style:data-style-name="N1"/>'
    yield "</office:automatic-styles><office:body><office:spreadsheet>"
    for page in pages:
        yield from _table(page)
    yield "</office:spreadsheet></office:body>"


def _table(page: SheetPage) -> Iterator[str]:
    yield f"<table:table table:name={quoteattr(page.name)}>"
    last = max(cell.column + cell.across for cell in page.cells)
    for column in range(last):
        style = f' table:style-name="co{page.widths[column]:g}"' if column in page.widths else ""
        yield f"<table:table-column{style}/>"
    by_row: dict[int, list[SheetCell]] = {}
    for cell in page.cells:
        by_row.setdefault(cell.row, []).append(cell)
    hidden = {
        (cell.row + down, cell.column + across)
        for cell in page.cells
        for down in range(cell.down)
        for across in range(cell.across)
        if down or across
    }
    heights = page.heights()
    for row in range(1, max(by_row) + 1):
        cells = {cell.column: cell for cell in by_row.get(row, ())}
        yield f'<table:table-row table:style-name="ro{heights[row]}">' if row in heights else "<table:table-row>"
        for column in range(last):
            if (row, column) in hidden:
                yield "<table:covered-table-cell/>"
            else:
                yield _cell(cells[column]) if column in cells else "<table:table-cell/>"
        yield "</table:table-row>"
    yield "</table:table>"


def _cell(cell: SheetCell) -> str:
    spans = ""
    if cell.across > 1 or cell.down > 1:
        spans = f' table:number-columns-spanned="{cell.across}" table:number-rows-spanned="{cell.down}"'
    style = f' table:style-name="{cell.style}"' if cell.style else ""
    value = cell.value
    if value == "":
        return f"<table:table-cell{style}{spans}/>"
    if isinstance(value, str):
        lines = "".join(f"<text:p>{escape(line)}</text:p>" for line in value.split("\n"))
        return f'<table:table-cell{style}{spans} office:value-type="string">{lines}</table:table-cell>'
    if isinstance(value, int | float):
        said = f' office:value-type="float" office:value="{value}"><text:p>{value}'
        return f"<table:table-cell{style}{spans}{said}</text:p></table:table-cell>"
    style = f' table:style-name="{cell.style}-jour"' if cell.style else ' table:style-name="jour"'
    day = value.isoformat(timespec="seconds") if isinstance(value, datetime) else value.isoformat()
    return (
        f'<table:table-cell{style}{spans} office:value-type="date" office:date-value="{day}">'
        f"<text:p>{value:%d/%m/%Y}</text:p></table:table-cell>"
    )
