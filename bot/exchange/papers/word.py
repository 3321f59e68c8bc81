"""The paper as a Word document."""

import io
from datetime import datetime
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.oxml import OxmlElement
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph

from bot.exchange.papers.paper import Cell, Paper, Table

TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_BEHIND_BIDI = ("w:adjustRightInd", "w:snapToGrid", "w:spacing", "w:ind", "w:contextualSpacing", "w:jc", "w:rPr")


def to_docx(paper: Paper, now: datetime) -> bytes:
    """Return the document."""
    document = Document()
    section = document.sections[0]
    section.orientation, section.page_width, section.page_height = WD_ORIENT.LANDSCAPE, Mm(297), Mm(210)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(15)
    about = document.core_properties
    about.author = about.last_modified_by = about.comments = ""
    about.title, about.created, about.modified = paper.title, now, now
    document.styles["Normal"].font.size = Pt(10)
    document.add_heading(paper.title, 1)
    for line in paper.lines:
        document.add_paragraph(line)
    for table in paper.tables:
        _table(document, table, paper)
        document.add_paragraph()
    document.add_heading(paper.sources_title, 2)
    for source in paper.sources:
        document.add_paragraph(source)
    output = io.BytesIO()
    document.save(output)
    return output.getvalue()


def _table(document: Any, table: Table, paper: Paper) -> None:
    columns = len(table.heads) + 2
    made = document.add_table(rows=0, cols=columns, style="Table Grid")
    empty, comments = Cell("", paper.locale), Cell(paper.comments, paper.locale)
    head = made.add_row()
    _fill(head, [empty, *table.heads, comments], bold=True)
    head._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # again on each page
    _fill(made.add_row(), [empty, *table.facts, empty])
    for row in table.rows:
        _fill(made.add_row(), [Cell(row.part, paper.locale), *row.cells, empty])


def _fill(row: Any, cells: list[Cell], *, bold: bool = False) -> None:
    for place, cell in zip(row.cells, cells, strict=True):
        first = place.paragraphs[0]
        for at, line in enumerate(cell.text.split("\n")):
            _write(first if at == 0 else place.add_paragraph(), line, cell, bold=bold)


def _write(paragraph: Paragraph, line: str, cell: Cell, *, bold: bool) -> None:
    run = paragraph.add_run(line)
    run.bold = bold or None
    if cell.is_rtl:
        run.font.rtl = True
        properties: Any = paragraph._p.get_or_add_pPr()
        properties.insert_element_before(OxmlElement("w:bidi"), *_BEHIND_BIDI)
