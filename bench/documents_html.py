"""The content of a document -> one HTML page with everything that its PDF says, for WeasyPrint: the other way."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from html import escape

from bilan.model.content import Block, Box, Content, Glossary, Heading, KeyFigures, Paragraph
from bilan.model.exhibit import Exhibit
from bilan.print.charts import chart_png
from bilan.print.printable import FONTS

_STYLE = f"""
@font-face {{ font-family: Source; src: url(file://{FONTS}/SourceSans3-Roman.ttf); font-weight: 200 900 }}
@page {{ size: A4; margin: 21mm 22mm; @bottom-left {{ content: string(foot); font-size: 7.6pt }}
  @bottom-right {{ content: counter(page) " / " counter(pages); font-size: 7.6pt }} }}
html {{ font: 10pt/1.3 Source; hyphens: auto }} h1 {{ break-before: page }} h1, h2, h3 {{ color: #0b4f7d }}
table {{ border-collapse: collapse; width: 100%; font-size: 8.6pt }} thead {{ display: table-header-group }}
td, th {{ border-bottom: 0.4pt solid #b9c2cb; text-align: left; padding: 2.9pt 3.5pt; vertical-align: top }}
tr, img, .carte {{ break-inside: avoid }} .cartes {{ display: grid; grid-template-columns: repeat(3, 1fr); gap: 7pt }}
.carte, .boite {{ border: 0.5pt solid #b9c2cb; padding: 8pt }} .mots {{ font-size: 8pt }}
footer {{ string-set: foot content(); position: absolute }}
"""


def page_of(content: Content) -> str:
    """Return the page."""
    parts = [
        f"<header><p>{escape(content.author)}</p><p class=titre>{escape(content.title)}</p>"
        f"<p>{escape(content.subtitle)}</p><p>{escape(content.made_by)}</p><p>{escape(' · '.join(content.marks))}</p>",
        "</header><nav>",
        *(f"<p><a href='#s-{one.id}'>{escape(one.heading)}</a></p>" for one in content.sections),
        "</nav>",
    ]
    for one in content.sections:
        parts.append(f"<h1 id='s-{one.id}'>{escape(one.heading)}</h1><p>{escape(one.title)}</p>")
        parts += [text for block in one.blocks for text in _block(block)]
    head = f"<meta charset=utf-8><title>{escape(content.title)}</title><style>{_STYLE}</style>"
    foot = f"<footer>{escape(content.foot)}</footer>"
    return f"<!DOCTYPE html><html lang=fr><head>{head}</head><body>{foot}{''.join(parts)}</body></html>"


def _block(block: Block) -> Iterator[str]:
    match block:
        case Paragraph():
            yield f"<p>{escape(block.text)}</p>"
        case Heading():
            yield f"<h2>{escape(block.text)}</h2>"
        case Box():
            texts = "".join(f"<p>{escape(text)}</p>" for text in block.paragraphs)
            yield f"<div class=boite><p><b>{escape(block.heading)}</b></p>{texts}</div>"
        case KeyFigures():
            yield "<div class=cartes>"
            for one in block.figures:
                lines = (one.label, one.value.text, *one.lines)
                yield f"<div class=carte>{''.join(f'<p>{escape(text)}</p>' for text in lines)}</div>"
            yield "</div>"
        case Glossary():
            yield "".join(f"<dl><dt>{escape(word)}<dd>{escape(text)}</dl>" for word, text in block.entries)
        case Exhibit():
            yield from _figure(block)


def _figure(figure: Exhibit) -> Iterator[str]:
    yield f"<h2>{escape(f'{figure.number} {figure.title}')}</h2><p><b>{escape(figure.message)}</b></p>"
    drawn = chart_png(figure)
    if drawn:
        picture = b64encode(drawn).decode()
        yield f"<img alt='{escape(figure.alt)}' width=100% src='data:image/png;base64,{picture}'>"
    heads = (figure.row_label, *(column.label for column in figure.columns))
    yield f"<table><thead><tr>{''.join(f'<th scope=col>{escape(head)}</th>' for head in heads)}</tr></thead><tbody>"
    for row in figure.rows:
        yield f"<tr>{''.join(f'<td>{escape(text)}</td>' for text in (row.label, *(c.text for c in row.cells)))}</tr>"
    yield "</tbody></table>"
    words = (("Lecture", figure.lecture), ("Champ", figure.champ), ("Source", figure.source), ("n", figure.n))
    told = [f"{name}\u202f: {text}" for name, text in words if text] + [*figure.notes, " · ".join(figure.marks)]
    yield f"<div class=mots>{''.join(f'<p>{escape(text)}</p>' for text in told)}</div>"
