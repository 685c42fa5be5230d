"""Tests of `assistant.sources.pdf`."""

import io
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from fpdf import FPDF
from pypdf import PdfReader, PdfWriter

from assistant.errors import SourceError
from assistant.sources.document import ParsedDocument
from assistant.sources.pdf import parse

BODY = (
    "China mines most of the rare earths in the world and refines even more of them. The state there keeps a firm grip "
    "on the whole chain of value. Buyers outside look for other sources, and they pay a premium for them."
)
ROWS = {"Mining": "8 9", "Refining": "6 7", "Magnets": "4 5"}


class _Report(FPDF):
    def header(self) -> None:
        self.set_font("helvetica", size=8)
        self.cell(0, 5, "Metal Quarterly, Spring", new_x="LMARGIN", new_y="NEXT")
        self.ln(4)

    def footer(self) -> None:
        self.set_y(-12)
        self.set_font("helvetica", size=8)
        self.cell(0, 5, str(self.page_no()), align="C")

    def write_block(self, text: str, size: int, style: str = "") -> None:
        self.set_font("helvetica", style, size)
        self.multi_cell(0, size / 2, text, align="L", new_x="LMARGIN", new_y="NEXT")
        self.ln(3)


@pytest.fixture(scope="module")
def report() -> bytes:
    """A report of three pages with headers, page numbers, headings, a list and a table of figures."""
    pdf = _Report()
    pdf.set_title("Rare Earth Outlook")
    pdf.set_author("Ann Lee")
    pdf.set_creation_date(datetime(2025, 5, 30, tzinfo=UTC))
    pdf.add_page()
    pdf.write_block("Rare Earth Outlook", 18, "B")
    for section in ROWS:
        pdf.write_block(f"{section} of Rare Earths", 13, "B")
        for _ in range(5):
            pdf.write_block(BODY, 11)
        pdf.write_block("- First point of the list\n- Second point of the list", 11)
        pdf.write_block(f"Tons: 2023 2024\nDysprosium oxide 330 260\nTerbium oxide {ROWS[section]}", 11)
        if section != "Magnets":
            pdf.add_page()
    return bytes(pdf.output())


def outline(document: ParsedDocument) -> list[tuple[str, int, str]]:
    return [(block.kind, block.level, document.text[block.start : block.end]) for block in document.blocks]


def test_structure_of_a_report(report: bytes, assert_blocks: Callable[[Any], None]) -> None:
    document = parse(report, "x")
    assert_blocks(document)

    def section(name: str) -> list[tuple[str, int, str]]:
        return [
            ("heading", 2, f"{name} of Rare Earths"),
            *[("paragraph", 0, BODY)] * 5,
            ("list_item", 1, "First point of the list"),
            ("list_item", 1, "Second point of the list"),
            ("table_row", 0, "Tons: 2023 2024"),
            ("table_row", 0, "Dysprosium oxide 330 260"),
            ("table_row", 0, f"Terbium oxide {ROWS[name]}"),
        ]

    sections = [block for name in ROWS for block in section(name)]
    assert outline(document) == [("heading", 1, "Rare Earth Outlook"), *sections]
    assert document.blocks[-1].columns == ("2023", "2024")


def test_metadata(report: bytes) -> None:
    document = parse(report, "x")
    # The day of its making, which the file holds too, is not that of publishing.
    assert (document.title, document.author, document.published) == ("Rare Earth Outlook", "Ann Lee", None)


@pytest.mark.parametrize("top", ["May 27, 2024", "Ulm, 27 May 2024", "ULM, 27 May 2024. The mill stopped for good."])
def test_a_date_at_the_top_is_that_of_publishing_and_bad_titles_are_passed_over(top: str) -> None:
    pdf = _Report()
    pdf.set_creation_date(datetime(2025, 5, 30, tzinfo=UTC))
    pdf.set_title("Microsoft Word - draft.docx")
    pdf.set_author("admin")
    pdf.add_page()
    pdf.write_block("A Report on Metals", 18, "B")
    pdf.write_block(top, 11)
    pdf.write_block(BODY, 11)
    pdf.add_page()  # a line that stands on a single page is no header
    pdf.write_block(BODY, 11)
    document = parse(bytes(pdf.output()), "x")
    assert (document.title, document.author, document.published) == ("A Report on Metals", None, date(2024, 5, 27))


def _encrypted(data: bytes, password: str) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(data)))
    writer.encrypt(user_password=password, owner_password="owner", algorithm="RC4-128")
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def test_a_locked_file_is_refused_and_one_that_opens_without_a_password_read(report: bytes) -> None:
    with pytest.raises(SourceError, match="encrypted"):
        parse(_encrypted(report, "secret"), "x")
    assert parse(_encrypted(report, ""), "x").title == "Rare Earth Outlook"


def test_a_file_of_images_is_refused() -> None:
    pdf = FPDF()
    pdf.add_page()
    pdf.rect(10, 10, 50, 50, style="F")
    with pytest.raises(SourceError, match="no text layer"):
        parse(bytes(pdf.output()), "x")


@pytest.mark.parametrize("data", [b"%PDF-1.7\nbroken", b"no pdf at all", b"%PDF-1.4\n" + b"\x00" * 200])
def test_a_broken_file_is_refused(data: bytes) -> None:
    with pytest.raises(SourceError, match="the PDF is broken"):
        parse(data, "x")


def test_what_the_library_tells_of_a_broken_file_is_not_written_to_standard_error() -> None:
    program = "from assistant.sources.pdf import parse\nparse(b'%PDF-1.7\\nbroken', 'x')"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert "SourceError: the PDF is broken" in done.stderr
    assert "EOF marker" not in done.stderr.split("Traceback")[0]


def test_a_cut_file_is_read_or_refused_but_raises_nothing_else(report: bytes) -> None:
    refused = 0
    for length in range(0, len(report), len(report) // 40):
        try:
            parse(report[:length], "x")
        except SourceError:
            refused += 1
    assert refused
