"""What archives (PDF/A-2a) and screen readers (PDF/UA-1) ask of a file, by a checker that passes veraPDF's corpus."""

from __future__ import annotations

import re
from collections.abc import Iterator

import page

_STREAM = re.compile(rb"/Length (\d+)[^>]*>>\s*stream\r?\n")
# It takes a stream that ends with a carriage return for one byte shorter than it says: `_wrong_lengths` counts instead.
_MISCOUNTED = "STREAM-LENGTH-001"


def faults(pdf: bytes) -> list[str]:
    """Return what breaks a rule of either; nothing when both are kept."""
    reports = (
        page.validate_pdf_bytes(pdf, profile=profile)
        for profile in (page.ValidationProfile.PDF_A_2A, page.ValidationProfile.PDF_UA_1)
    )
    found = [f"{fault.rule_id}: {fault.message}" for report in reports for fault in report.failures]
    return [fault for fault in found if _MISCOUNTED not in fault] + list(_wrong_lengths(pdf))


def _wrong_lengths(pdf: bytes) -> Iterator[str]:
    for found in _STREAM.finditer(pdf):
        end = found.end() + int(found[1])
        if not re.match(rb"\r?\n?endstream", pdf[end : end + 11]):
            yield f"a stream at {found.start()} is not as long as it says"
