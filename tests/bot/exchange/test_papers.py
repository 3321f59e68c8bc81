"""An answer on paper: every sentence, its sources by number, right-to-left paragraphs, nothing about who made the file."""

import io
import re
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import docx
import odfdo
import pytest

from bot.exchange.papers.open_text import to_odt
from bot.exchange.papers.paper import Paper, Reader, make_paper
from bot.exchange.papers.word import to_docx
from knowledge.files import read_articles
from tests.knowledge.builders import SOURCES, article, translation, variant

NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
ARABIC = {"summary": "يجب أن يدفع لك صاحب العمل.[^LAW] تحدّث مع النقابة."}


def _say(key: str, **values: object) -> str:
    return " ".join([key, *map(str, values.values())])


READER = Reader(
    "en", _say, lambda intent: intent, str, lambda locale: f"<{locale}>", lambda locale: f"(papers {locale})"
)


def _paper(*locales: str) -> Paper:
    texts = [translation("en"), translation("it"), translation("ar", ARABIC), translation("fr"), translation("el")]
    it = variant("IT", *texts)
    return make_paper(article(it), it, locales, READER, date(2026, 11, 18))


def test_the_reference_stands_beside_two_others_in_each_table() -> None:
    paper = _paper("it", "ar", "en", "fr", "el")
    heads = [[cell.text for cell in table.heads] for table in paper.tables]
    assert heads == [["<en>", "<ar>", "<el>"], ["<en>", "<fr>", "<it>"]]
    assert [cell.text for cell in _paper("it").tables[0].heads] == ["<it>"]
    assert [cell.text for cell in _paper("xx").tables[0].heads] == ["<en>", "<ar>", "<el>"]


def test_lines_stand_beside_each_other_and_sources_are_numbers() -> None:
    (table,) = _paper("en", "it").tables
    steps = next(row for row in table.rows if "papers" in row.cells[0].text)
    assert [cell.text for cell in steps.cells] == [
        "(papers en) Talk to a union first. [1]", "(papers it) Talk to a union first. [1]",
    ]  # fmt: skip
    paper = _paper("en")
    assert [line[:3] for line in paper.sources] == ["[1]", "[2]"]
    assert SOURCES["OLD"].url in paper.sources[1]
    assert "2023-07-26" in paper.sources[1]


def _docx(raw: bytes) -> tuple[str, list[str], str]:
    document = docx.Document(io.BytesIO(raw))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    words = [paragraph.text for paragraph in document.paragraphs] + cells
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        xml = archive.read("word/document.xml").decode()
    rtl = re.findall(r"<w:bidi/>.*?</w:p>", xml, re.DOTALL)
    return "\n".join(words), rtl, document.core_properties.author


def _odt(raw: bytes) -> tuple[str, list[str], str]:
    document = odfdo.Document(io.BytesIO(raw))
    rtl = [
        p.inner_text
        for p in document.body.get_elements("//text:p")
        if p.get_attribute("text:style-name") == "RightToLeft"
    ]
    words = "\n".join(p.inner_text for p in document.body.get_elements("//text:p|//text:h"))
    return words, rtl, document.meta.get_creator() or ""


FORMS: dict[str, tuple[Callable[[Paper, datetime], bytes], Callable[[bytes], Any]]] = {
    "docx": (to_docx, _docx), "odt": (to_odt, _odt),
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_the_library_reads_every_word_back(form: str) -> None:
    write, read = FORMS[form]
    paper = _paper("en", "ar")
    words, rtl, author = read(write(paper, NOW))
    for table in paper.tables:
        for row in table.rows:
            for cell in row.cells:
                assert all(line in words for line in cell.text.split("\n"))
    assert all(line in words for line in (*paper.sources, *paper.lines, paper.title, paper.comments))
    assert len(rtl) == sum(
        len(cell.text.split("\n"))
        for table in paper.tables
        for row in table.rows
        for cell in row.cells
        if cell.locale == "ar"
    )
    assert author == ""


@pytest.mark.parametrize("form", FORMS)
def test_a_real_answer_with_all_its_languages_becomes_a_document(form: str) -> None:
    (found,) = read_articles(only=["labour_rights/pay_and_payslip"])
    it = next(one for one in found.variants if one.jurisdiction == "IT")
    paper = make_paper(found, it, [text.locale for text in it.translations], READER, date(2026, 11, 18))
    words, _, _ = FORMS[form][1](FORMS[form][0](paper, NOW))
    for text in it.translations:
        for section in text.sections.values():
            for statement in section.statements:
                assert statement.text in words
    assert all(f"[{at}]" in words for at in range(1, len(paper.sources) + 1))
