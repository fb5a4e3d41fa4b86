"""How long documents take: the bilan of the demo, its synthèses one after the other, and the same bilan by WeasyPrint.

Each is a step of its own process: `python -m bench.documents bilan|weasyprint|batch DATA …`. Imports are apart; reading
the build is not counted in the bilan, whose content both ways are given, and is in the batch.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping
from itertools import count, islice
from pathlib import Path
from typing import Any

from bench.measure import timed
from bilan.compose import compose
from bilan.model.content import COMITE, Content
from bilan.print.pdf import render_pdf
from bilan.synthese.all import all_syntheses
from socle.paths import DataFolder

YEAR, PLACE = "2019-2020", "45"
_PAGE = os.sysconf("SC_PAGE_SIZE")


def main() -> None:
    """Run the step asked for."""
    step, folder, *more = sys.argv[1:]
    {"bilan": _bilan, "weasyprint": _weasyprint, "batch": _batch}[step](DataFolder(Path(folder)), *more)


def _bilan(folder: DataFolder, out: str) -> None:
    content = _content(folder)
    timed(lambda: _written(render_pdf(content), out))


def _weasyprint(folder: DataFolder, out: str) -> None:
    import weasyprint

    from bench.documents_html import page_of

    # It is spared the charts: they are drawn before, as pictures.
    html = page_of(_content(folder))
    timed(lambda: _written(weasyprint.HTML(string=html).write_pdf(pdf_variant="pdf/ua-1"), out))


def _batch(folder: DataFolder, wanted: str) -> None:
    timed(lambda: _syntheses(folder, int(wanted)))


def _syntheses(folder: DataFolder, wanted: int) -> Mapping[str, Any]:
    """Make so many, those of the year again and again; tell the time that pages take and the memory along the way."""
    held: list[float] = []
    drawing = 0.0
    every = (content for _ in count() for _, content in all_syntheses(folder, YEAR, PLACE, "Caf du Loiret"))
    for rank, content in enumerate(islice(every, wanted), start=1):
        start = time.perf_counter()
        render_pdf(content)
        drawing += time.perf_counter() - start
        if rank % (wanted // 10) == 0:
            held.append(int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * _PAGE / 2**20)
    return {"syntheses": wanted, "drawing_s": round(drawing, 3), "memory_mb": [round(one) for one in held]}


def _content(folder: DataFolder) -> Content:
    return compose(folder, YEAR, PLACE, COMITE)


def _written(pdf: bytes | None, out: str) -> dict[str, Any]:
    assert pdf is not None
    Path(out).write_bytes(pdf)
    return {"kilobytes": len(pdf) // 1024}


if __name__ == "__main__":
    main()
