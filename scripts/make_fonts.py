"""The fonts of the documents, as they were made: `python scripts/make_fonts.py FOLDER` (needs fontTools and brotli).

FOLDER holds what the registries give, unpacked: fontpkg-source-sans-3 (PyPI, its variable fonts are kept as they are),
@fontsource/noto-sans-arabic and @fontsource/noto-emoji (npm, woff2 turned into TTF). `--coverage` alone writes the list
of the characters that they draw again.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

FONTS = Path(__file__).parents[1] / "bilan" / "fonts"
KEPT = {
    "SourceSans3-Roman": "fontpkg_source_sans_3/files/SourceSans3[wght].ttf",
    "SourceSans3-Italic": "fontpkg_source_sans_3/files/SourceSans3-Italic[wght].ttf",
}
TURNED = {
    "NotoSansArabic-Regular": "noto-sans-arabic/files/noto-sans-arabic-arabic-400-normal.woff2",
    "NotoEmoji-Regular": "noto-emoji/files/noto-emoji-emoji-400-normal.woff2",
}


def main() -> None:
    """Make the fonts, then the list of what they draw."""
    if sys.argv[1] != "--coverage":
        _make(Path(sys.argv[1]))
    (FONTS / "coverage.txt").write_text("\n".join(coverage()) + "\n", encoding="ascii")


def coverage() -> list[str]:
    """Return a line a font that starts a text: its name, then the ranges of characters that it draws."""
    return [f"{name} {' '.join(_ranges(TTFont(FONTS / f'{name}.ttf').getBestCmap()))}" for name in (*KEPT, *TURNED)]


def _make(folder: Path) -> None:
    for name, source in KEPT.items():
        shutil.copyfile(folder / source, FONTS / f"{name}.ttf")
    for name, source in TURNED.items():
        font = TTFont(folder / source)
        font.flavor = None
        if "Emoji" in name:  # joined sequences are drawn one after the other: their shapes would double the file
            options = Options(layout_features=[], hinting=False, notdef_outline=True, name_IDs=["*"])
            subsetter = Subsetter(options)
            subsetter.populate(unicodes=list(font.getBestCmap()))
            subsetter.subset(font)
        font.save(FONTS / f"{name}.ttf")


def _ranges(codes: Iterable[int]) -> list[str]:
    found: list[list[int]] = []
    for code in sorted(codes):
        if found and code == found[-1][1] + 1:
            found[-1][1] = code
        else:
            found.append([code, code])
    return [f"{low:x}-{high:x}" for low, high in found]


if __name__ == "__main__":
    main()
