"""The paper as an OpenDocument text."""

import io
from collections.abc import Iterable
from datetime import datetime

from odfdo import Cell as TableCell
from odfdo import Document, Header, Paragraph
from odfdo import Row as TableRow
from odfdo import Table as TextTable

from bot.exchange.papers.paper import Cell, Paper, Table

TYPE = "application/vnd.oasis.opendocument.text"
_RTL, _HEAD, _BOX = "RightToLeft", "TableHead", "Box"
_STYLES = (
    f'<style:style style:name="{_RTL}" style:family="paragraph" style:parent-style-name="Standard">'
    '<style:paragraph-properties style:writing-mode="rl-tb" fo:text-align="start"/></style:style>',
    f'<style:style style:name="{_HEAD}" style:family="paragraph" style:parent-style-name="Standard">'
    '<style:text-properties fo:font-weight="bold"/></style:style>',
    f'<style:style style:name="{_BOX}" style:family="table-cell">'
    '<style:table-cell-properties fo:border="0.5pt solid #000000" fo:padding="1mm"/></style:style>',
)


def to_odt(paper: Paper, now: datetime) -> bytes:
    """Return the document."""
    document = Document("text")
    for style in _STYLES:
        document.insert_style(style, automatic=True)
    _landscape(document)
    meta = document.meta
    meta.set_title(paper.title)
    meta.set_creator("")
    meta.set_initial_creator("")
    meta.set_creation_date(now)
    meta.set_modification_date(now)
    body = document.body
    body.clear()
    body.append(Header(1, paper.title))
    for line in paper.lines:
        body.append(Paragraph(line))
    for number, table in enumerate(paper.tables, 1):
        body.append(_table(table, paper, f"Table{number}"))
        body.append(Paragraph(""))
    body.append(Header(2, paper.sources_title))
    for source in paper.sources:
        body.append(Paragraph(source))
    output = io.BytesIO()
    document.save(output)
    return output.getvalue()


def _landscape(document: Document) -> None:
    for style in document.get_styles(family="page-layout"):
        for properties in style.get_elements("style:page-layout-properties"):
            properties.set_attribute("fo:page-width", "297mm")
            properties.set_attribute("fo:page-height", "210mm")
            properties.set_attribute("style:print-orientation", "landscape")
            for side in ("top", "bottom", "left", "right"):
                properties.set_attribute(f"fo:margin-{side}", "15mm")


def _table(table: Table, paper: Paper, name: str) -> TextTable:
    made = TextTable(name)
    empty, comments = Cell("", paper.locale), Cell(paper.comments, paper.locale)
    made.append_row(_row([empty, *table.heads, comments], _HEAD))
    made.append_row(_row([empty, *table.facts, empty]))
    for row in table.rows:
        made.append_row(_row([Cell(row.part, paper.locale), *row.cells, empty]))
    return made


def _row(cells: Iterable[Cell], style: str | None = None) -> TableRow:
    row = TableRow()
    for cell in cells:
        place = TableCell(cell_type="string", style=_BOX)
        for line in cell.text.split("\n"):
            place.append(Paragraph(line, style=_RTL if cell.is_rtl else style))
        row.append_cell(place, clone=False)
    return row
