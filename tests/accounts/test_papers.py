"""Papers: the same in every format, many pages, embedded fonts, texts of strangers that run nothing."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from dataclasses import replace
from datetime import date, datetime

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from ivr.accounts.corporate.contents import vat_in
from ivr.accounts.papers.forms import FORMATS, content_of, kept, rendered
from ivr.accounts.papers.model import Column, Paper, PaperOptions, amount
from ivr.accounts.papers.protect import protected
from ivr.dialogue.queries import Secret
from ivr.errors import SetupError
from tests.accounts.papers import opens, workbook_texts

FONTS = PaperOptions().fonts
EVIL = '=HYPERLINK("http://evil.example","x")'
COLUMNS = (
    Column("Дата", "date", 14),
    Column("Операция", "text", 50),
    Column("Телефон", "phone", 18),
    Column("Сумма, ₽", "money", 18),
)
PAPER = Paper(
    title="Счёт <b>&",
    language="ru",
    facts=(("Заказчик", "ООО «Ёлка»"),),
    columns=COLUMNS,
    rows=((date(2026, 11, 1), EVIL, "+79261234567", -1_234_50), (date(2026, 11, 2), "<script>", None, 7)),
    totals=(("Итого", -1_234_43),),
    signatures=("От исполнителя",),
)


def pdf(paper: Paper) -> PdfReader:
    return PdfReader(io.BytesIO(rendered(paper, "pdf", FONTS)))


def text_of(reader: PdfReader, page: int = 0) -> str:
    return " ".join(reader.pages[page].extract_text().split())


def test_a_pdf_says_it_in_cyrillic_with_fonts_of_its_own() -> None:
    reader = pdf(PAPER)
    text = text_of(reader)
    assert text.startswith("Счёт <b>& Заказчик: ООО «Ёлка» Дата Операция Телефон Сумма, ₽ 01.11.2026")
    for part in (EVIL, "<script>", "-1 234,50", "Итого: -1 234,43", "От исполнителя", "Страница 1 из 1"):
        assert part in text
    resources = reader.pages[0]["/Resources"]
    assert isinstance(resources, DictionaryObject)
    named = resources["/Font"]
    assert isinstance(named, DictionaryObject)
    fonts = [font.get_object() for font in named.values()]
    assert fonts
    for font in fonts:
        assert "DejaVu" in str(font["/BaseFont"])
        assert "/FontFile2" in font["/FontDescriptor"].get_object()


def test_many_pages_repeat_the_heading_and_are_numbered() -> None:
    long = (
        "услуга с названием, которое не помещается в одну строку столбца и переносится на следующую "
        + "Ы" * 90
    )
    rows = [(date(2026, 11, 1), long if n % 2 else f"строка {n}", None, n) for n in range(300)]
    reader = pdf(replace(PAPER, rows=rows))
    pages = len(reader.pages)
    assert pages > 4
    texts = [text_of(reader, page) for page in range(pages)]
    assert all(f"Страница {number} из {pages}" in text for number, text in enumerate(texts, start=1))
    assert sum("Дата Операция" in text for text in texts) >= pages - 1
    together = " ".join(texts)
    assert all(f"строка {n} " in together for n in range(0, 300, 2))
    assert together.count("Ы") == 150 * 90
    assert "Итого: -1 234,43" in texts[-1]


def test_a_cell_longer_than_a_page_and_no_rows_at_all_are_fine() -> None:
    reader = pdf(replace(PAPER, rows=((None, "слово " * 2000 + "\x00\n", None, None),)))
    assert "слово слов... Итого" in text_of(reader)
    assert "Итого" in text_of(pdf(replace(PAPER, rows=())))


def test_a_pdf_is_the_same_for_the_same_paper() -> None:
    assert rendered(PAPER, "pdf", FONTS) == rendered(PAPER, "pdf", FONTS)


def test_missing_fonts_are_named_with_the_remedy(tmp_path: object) -> None:
    with pytest.raises(SetupError, match="no DejaVu fonts") as told:
        rendered(PAPER, "pdf", str(tmp_path))
    assert told.value.remedy == "apt-get install fonts-dejavu-core"


def test_a_workbook_holds_numbers_dates_and_harmless_texts() -> None:
    content = rendered(PAPER, "xlsx", FONTS)
    rows = workbook_texts(content)
    assert rows[:2] == [["Счёт <b>&", None, None, None], ["Заказчик: ООО «Ёлка»", None, None, None]]
    assert [EVIL in row for row in rows].count(True) == 1
    assert [datetime(2026, 11, 1), EVIL, "+79261234567", -1234.5] in rows  # noqa: DTZ001 - a workbook knows no zones
    assert ["Итого", None, None, -1234.43] in rows
    sheet = load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} == {"s", "n", "d"}  # none is a formula
    assert all(cell.hyperlink is None for cell in cells)
    assert (sheet.freeze_panes, sheet.print_title_rows) == ("A5", "$4:$4")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1"])
def test_texts_of_strangers_run_nothing_in_a_spreadsheet(text: str) -> None:
    paper = replace(PAPER, rows=((None, text, "+79261234567", -5),))
    content = rendered(paper, "csv", FONTS).decode("utf-8-sig")
    row = list(csv.reader(io.StringIO(content, newline="")))[1]
    assert row == ["", f"'{text.strip()}", "+79261234567", "-0.05"]


def test_html_escapes_everything() -> None:
    page = rendered(PAPER, "html", FONTS).decode()
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert "<h1>Счёт &lt;b&gt;&amp;</h1>" in page
    assert "<td>-1\N{NO-BREAK SPACE}234,50</td>" in page


@pytest.mark.parametrize("form", ["pdf", "xlsx"])
def test_protected_ones_open_with_their_password_only(form: str) -> None:
    secret = Secret("Пароль-82746103")
    name, media_type, content = protected(f"a.{form}", FORMATS[form], rendered(PAPER, form, FONTS), secret)
    assert (name, media_type) == (f"a.{form}", FORMATS[form])
    assert opens(form, content, secret.reveal())
    assert not opens(form, content, "82746103")
    if form == "pdf":
        reader = PdfReader(io.BytesIO(content), password=secret.reveal())
        assert "Заказчик: ООО «Ёлка»" in text_of(reader)
        assert b"/AESV3" in content  # AES-256
    else:
        assert EVIL in str(workbook_texts(content, secret.reveal()))


@pytest.mark.parametrize("form", FORMATS)
def test_what_is_kept_comes_back(form: str) -> None:
    content = rendered(PAPER, form, FONTS)
    assert content_of(kept(content, FORMATS[form]), FORMATS[form]) == content


def test_amounts_are_written_for_people() -> None:
    assert [amount(n, "en") for n in (0, -5, 1_234_567_89)] == ["0.00", "-0.05", "1,234,567.89"]
    assert amount(1_234_567_89, "ru") == "1\N{NO-BREAK SPACE}234\N{NO-BREAK SPACE}567,89"


def test_tax_is_what_a_price_includes() -> None:
    assert [vat_in(n, 22) for n in (0, 122_00, 200_00, 1, 3)] == [0, 22_00, 36_07, 0, 1]
    assert vat_in(100_00, 0) == 0


def test_a_process_that_makes_no_document_loads_none_of_their_libraries() -> None:
    libraries = ("reportlab", "xlsxwriter", "pypdf", "msoffcrypto")
    program = f"import sys, ivr.bootstrap; print([one for one in {libraries} if one in sys.modules])"
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"
