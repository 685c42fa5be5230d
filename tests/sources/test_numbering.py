"""Tests of `assistant.sources.numbering`."""

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from assistant.sources.numbering import Numbering


@pytest.mark.parametrize(
    ("form", "pattern", "markers"),
    [
        ("decimal", "%1.", ["1. ", "2. ", "3. "]),
        ("lowerLetter", "(%1)", ["(a) ", "(b) ", "(c) "]),
        ("upperRoman", "%1)", ["I) ", "II) ", "III) "]),
        ("bullet", "\u2022", ["", "", ""]),
    ],
)
def test_markers(form: str, pattern: str, markers: list[str]) -> None:
    document = docx.Document()
    root = document.part.numbering_part.element
    kind = f'<w:abstractNum {nsdecls("w")} w:abstractNumId="90"><w:lvl w:ilvl="0"><w:start w:val="1"/>'
    kind += f'<w:numFmt w:val="{form}"/><w:lvlText w:val="{pattern}"/></w:lvl></w:abstractNum>'
    root.insert(0, parse_xml(kind))
    root.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="91"><w:abstractNumId w:val="90"/></w:num>'))
    numbering = Numbering(document)
    found = []
    for _ in markers:
        paragraph = document.add_paragraph("x")
        element = document.element.body.findall(qn("w:p"))[-1]
        properties = f'<w:pPr {nsdecls("w")}><w:numPr><w:ilvl w:val="0"/><w:numId w:val="91"/></w:numPr></w:pPr>'
        element.insert(0, parse_xml(properties))
        found.append(numbering.item(paragraph, element))
    assert found == [(marker, 1) for marker in markers]


def test_a_paragraph_is_no_item() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("x")
    assert Numbering(document).item(paragraph, document.element.body.findall(qn("w:p"))[-1]) is None
