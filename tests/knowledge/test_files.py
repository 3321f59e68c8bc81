from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.article import Status
from knowledge.fields import ContentError
from knowledge.files import parse_head, parse_translation, read_articles, read_tree
from tests.knowledge.builders import HEAD, INTENT, TEXT, write_article

SIGNS = st.sampled_from(
    ["---", "\n", ":", " ", "##", "summary", "status", "valid_until", "[^", "]", "{papers}", "{", "}", "null", "[", "&a", "*a",
     "!!", "2026-13-45", "\t", "- ", "'", '"', "é", "\u202e", "true", "version", "0x", "|", ">", "%"]
)  # fmt: skip
NONSENSE = st.one_of(st.binary(max_size=200), st.text(max_size=200).map(lambda s: s.encode("utf-8", "surrogatepass")))
FRONT_MATTER = st.lists(SIGNS, max_size=40).map(
    lambda signs: ("---\n" + "".join(signs) + "\n---\n## summary\nA.").encode()
)


def test_a_folder_becomes_articles(tmp_path: Path) -> None:
    write_article(tmp_path)

    (article,) = read_articles(tmp_path)

    assert article.intent == INTENT
    assert article.related == ("labour_rights/dismissal",)
    assert article.variants[0].applies_in == ("IT", "GR")
    assert article.variants[0].translations[0].status is Status.SOURCE_CHECKED
    assert article.variants[0].translations[0].text("summary") == "Your employer must pay you."


def test_each_file_has_its_key_and_hash(tmp_path: Path) -> None:
    place = write_article(tmp_path)
    before = {file.key: file.hash for file in read_tree(tmp_path).files}

    (place / "EU.en.md").write_text(TEXT.replace("Unpaid wages", "Wages"), encoding="utf-8")

    after = {file.key: file.hash for file in read_tree(tmp_path).files}
    assert set(before) == {f"{INTENT}/article", f"{INTENT}/EU.en"}
    assert before[f"{INTENT}/article"] == after[f"{INTENT}/article"]
    assert before[f"{INTENT}/EU.en"] != after[f"{INTENT}/EU.en"]


def refusal(folder: Path) -> str:
    with pytest.raises(ContentError) as caught:
        read_tree(folder)
    return str(caught.value)


def test_a_file_with_a_strange_name_is_refused(tmp_path: Path) -> None:
    write_article(tmp_path, EU_en=TEXT, english=TEXT)

    assert "english.md: does not belong here; texts are named like EU.en.md" in refusal(tmp_path)


def test_a_text_needs_its_variant_and_a_variant_its_text(tmp_path: Path) -> None:
    write_article(tmp_path, IT_en=TEXT)

    said = refusal(tmp_path)

    assert "the variant EU has no text" in said


def test_the_eu_text_says_where_it_is_true_and_a_country_s_is_true_in_it(tmp_path: Path) -> None:
    head = HEAD.format(intent=INTENT).replace("  EU: {applies_in: [IT, GR]}", "  IT: {applies_in: [IT]}")

    write_article(tmp_path, head, EU_en=TEXT, IT_en=TEXT, BE_en=TEXT)
    assert "article.yml does not say where the variant EU is true" in refusal(tmp_path)

    write_article(tmp_path, head.replace("IT: {applies_in: [IT]}", "EU: {applies_in: [EU25]}"))
    (article,) = read_articles(tmp_path)
    assert {one.jurisdiction: len(one.applies_in) for one in article.variants} == {"EU": 25, "BE": 1, "IT": 1}


def test_a_shared_source_stands_once_and_comes_to_who_marks_it(tmp_path: Path) -> None:
    (tmp_path / "sources").mkdir()
    line = 'LAW-2: {title: "A", url: "https://example.org/a", checked_on: 2026-09-25, official: true}\n'
    (tmp_path / "sources" / "EU.yml").write_text(line + line.replace("LAW-2", "LAW-3"), encoding="utf-8")
    write_article(tmp_path / "articles", EU_en=TEXT.replace("[^LAW]", "[^LAW-2]"))

    (article,) = read_articles(tmp_path / "articles")
    assert sorted(article.sources) == ["LAW", "LAW-2"]
    assert article.sources["LAW-2"].official

    (tmp_path / "sources" / "IT.yml").write_text(line, encoding="utf-8")
    assert "IT.yml: LAW-2 stands in another file, too" in refusal(tmp_path / "articles")


def test_a_mark_without_its_source_is_refused(tmp_path: Path) -> None:
    write_article(tmp_path, EU_en=TEXT.replace("[^LAW]", "[^GHOST]"))

    assert "EU.en.md: the mark [^GHOST] names no source; add GHOST to knowledge/sources" in refusal(tmp_path)


def test_a_folder_without_its_head_is_refused(tmp_path: Path) -> None:
    (write_article(tmp_path) / "article.yml").unlink()

    assert "article.yml: is missing" in refusal(tmp_path)


def test_stray_files_and_folders_are_refused(tmp_path: Path) -> None:
    write_article(tmp_path)
    (tmp_path / "notes.txt").touch()
    (tmp_path / "labour_rights" / "Wages").mkdir()

    said = refusal(tmp_path)

    assert "notes.txt: does not belong here" in said
    assert "labour_rights/Wages: must be a folder" in said


def test_a_missing_folder_is_an_error(tmp_path: Path) -> None:
    assert "there is no such folder" in refusal(tmp_path / "nowhere")


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    write_article(
        tmp_path, HEAD.format(intent=INTENT).replace("false", "no"), EU_en=TEXT.replace("version: 1", "version: x")
    )

    assert len(refusal(tmp_path).splitlines()) == 2


def test_windows_line_ends_and_a_byte_order_mark_do_no_harm() -> None:
    problems: list[str] = []

    text = parse_translation(b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode(), "EU.en.md", "en", problems)

    assert text.text("summary") == "Your employer must pay you."
    assert not problems


def test_other_encodings_are_refused() -> None:
    problems: list[str] = []

    parse_translation("é".encode("latin-1"), "EU.en.md", "en", problems)

    assert problems[0] == "EU.en.md: is not UTF-8; save it as UTF-8"


@given(raw=st.one_of(NONSENSE, FRONT_MATTER))
def test_nonsense_is_a_problem_with_its_file_and_never_a_crash(raw: bytes) -> None:
    problems: list[str] = []

    parse_translation(raw, "EU.en.md", "en", problems)
    parse_head(raw, "article.yml", INTENT, problems)

    assert problems
    assert all(problem.startswith(("EU.en.md", "article.yml")) for problem in problems)


def test_nothing_is_shipped_as_reviewed() -> None:
    texts = [text for article in read_articles() for variant in article.variants for text in variant.translations]

    assert {text.status for text in texts} == {Status.SOURCE_CHECKED}
    assert not any(text.reviewer for text in texts)
