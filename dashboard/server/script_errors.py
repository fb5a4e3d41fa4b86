"""An exception that leaves a page -> what is shown in its place: a sentence, or a reference number; never a stack."""

from __future__ import annotations

import streamlit as st

from dashboard.gate.errors import note
from dashboard.screen.tables import plain
from dashboard.visit.visitor import BuildChanged
from socle.paths import DataFolder
from socle.words.refusal import Refusal


def show(folder: DataFolder, error: BaseException) -> bool:
    """Draw what is to be said of the exception, and return True: Streamlit then adds nothing."""
    if isinstance(error, BuildChanged):
        st.info("De nouveaux chiffres viennent d'être publiés\u202f: rechargez la page.")
    elif isinstance(error, Refusal):
        st.error(plain(error.on_screen))
    else:
        reference = note(folder, error)
        st.error(
            f"Cette page n'a pas pu être affichée. Référence à transmettre à votre Caf\u202f: {reference}. "
            "Ce qui était publié le reste."
        )
    return True
