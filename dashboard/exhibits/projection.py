"""L'essentiel for a meeting room: one screen at a time and nothing else, the arrows of the keyboard or two buttons."""

from __future__ import annotations

from html import escape

import streamlit as st

from bilan.model.content import KeyFigure
from bilan.parts.essentiel import Essentiel
from dashboard.exhibits.slides import Slide, at, slides

ON, PLACE = "projection", "vue"
"""Names in the address: `?projection=1&vue=2`."""
# In parts of the width: 24 pixels on 1280, 36 on 1920. Canvas is white or nearly black, as the theme is.
_STYLE = """
<style>
[data-testid="stSidebar"], [data-testid="stHeader"], [data-testid="stToolbar"] { display: none; }
.st-key-projection { position: fixed; inset: 0; z-index: 999990; background: Canvas; overflow: auto; gap: 0;
  display: flex; flex-direction: column; padding: 2vw 3.75vw 1.25vw; }
.st-key-projection > :first-child { flex: 1; min-height: 0; }
.st-key-projection .clas-vue { font-size: max(20px, 1.875vw); line-height: 1.4; }
.clas-vue h1 { font-size: 1.4em; line-height: 1.2; padding: 0; margin: 0 0 .25em; }
.clas-vue p { margin: 0 0 .55em; font-size: 1em; }
.clas-vue .clas-mention { font-size: max(20px, .84em); margin-bottom: .8em; font-weight: 600; }
.st-key-projection .clas-cartes { display: grid; gap: .6em; list-style: none; margin: 0; padding: 0;
  grid-template-columns: repeat(auto-fit, minmax(max(min(17rem, 100%), 30%), 1fr)); }
.st-key-projection .clas-cartes li { border: 2px solid currentcolor; border-radius: .4em; padding: .4em .6em; margin: 0;
  font-size: max(20px, .84em); line-height: 1.25; }
.clas-cartes strong { display: block; font-size: 1.7em; line-height: 1.2; }
.clas-cartes span { display: block; }
.st-key-projection button, .st-key-projection button *, .st-key-projection .stMarkdown p
  { font-size: max(20px, 1.6vw) !important; }
</style>
"""


def is_on() -> bool:
    """Return whether the address asks for it."""
    return st.query_params.get(ON) == "1"


def show_start() -> None:
    """Draw the button that starts it."""
    st.button("Projeter en réunion", key="projeter", on_click=_go, args=(1,))


def show_projection(page: Essentiel) -> None:
    """Draw the screen that the address asks for, over everything else."""
    shown = slides(page)
    position = at(shown, st.query_params.get(PLACE))
    with st.container(key="projection"):
        st.html(_STYLE + screen(page, shown[position - 1]))
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(
                "Précédent",
                key="precedent",
                shortcut="Left",
                disabled=position == 1,
                on_click=_go,
                args=(position - 1,),
            )
            st.button(
                "Suivant",
                key="suivant",
                shortcut="Right",
                disabled=position == len(shown),
                on_click=_go,
                args=(position + 1,),
            )
            st.markdown(f"Vue {position} sur {len(shown)}")
            st.space("stretch")
            st.button("Quitter", key="quitter", shortcut="Esc", on_click=_stop)


def screen(page: Essentiel, slide: Slide) -> str:
    """Return one screen as HTML, every text escaped; provisional and fictitious are said on each."""
    parts = [f"<h1>{escape(slide.title)}</h1>"]
    parts.append(f'<p class="clas-mention">{escape(" · ".join((page.title, *page.marks)))}</p>')
    parts += [f"<p>{escape(text)}</p>" for text in slide.paragraphs]
    if slide.cards:
        parts.append(f'<ul class="clas-cartes">{"".join(_card(card) for card in slide.cards)}</ul>')
    return f'<section class="clas-vue">{"".join(parts)}</section>'


def _card(card: KeyFigure) -> str:
    base = ", ".join(text for text in (card.detail, card.base) if text)
    lines = "".join(f"<span>{escape(text)}</span>" for text in (base, card.before, card.national) if text)
    return f"<li>{escape(card.label)}<strong>{escape(card.value.text)}</strong>{lines}</li>"


def _go(position: int) -> None:
    st.query_params[ON] = "1"
    st.query_params[PLACE] = str(position)


def _stop() -> None:
    for name in (ON, PLACE):
        st.query_params.pop(name, None)
