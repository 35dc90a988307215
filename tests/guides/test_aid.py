"""The printed page says what the data say, can be read aloud, and is made once."""

import io

import pytest
from django.core.files.storage import default_storage
from pypdf import PdfReader

from core.typesetting import TypesettingError
from escan.loader.errors import ContentError
from escan.loader.markdown import GUIDE_READERS, Keep, read_blocks
from guides import aid
from guides.aid import get_aid
from guides.blocks import AidBlock
from imaging.evidence.lookup import get_matrix, list_descriptors
from imaging.evidence.records import Kind
from tests.cme.certificates.verapdf import PROFILES, judge

ADDRESS = "/guides/aid/calcifications.pdf"


@pytest.fixture
def fresh(media, monkeypatch):
    """As a process finds it that has just started."""
    get_aid.cache_clear()
    yield
    get_aid.cache_clear()


@pytest.fixture
def sheet(fresh):
    (only,) = PdfReader(io.BytesIO(get_aid().pdf)).pages
    return only


@pytest.fixture
def text(sheet):
    return " ".join(sheet.extract_text().split())


def test_aid_is_one_letter_page_whose_text_stays_inside_a4(sheet):
    assert [round(float(side)) for side in sheet.mediabox[2:]] == [612, 792]
    lefts = []

    def visit(words, transformed, placed, *_):
        if words.strip():
            lefts.append(transformed[4] + transformed[0] * placed[4])

    sheet.extract_text(visitor_text=visit)
    # A4 is 595 points wide: printed in its middle, 8.5 are lost at each side; a printer keeps some 12 white.
    assert 8.5 + 12 < min(lefts) == pytest.approx(13 / 25.4 * 72, abs=1)


def test_aid_is_valid_for_people_and_archives(fresh, tmp_path):
    file = tmp_path / "aid.pdf"
    file.write_bytes(get_aid().pdf)
    assert judge(file) == {"aid": dict.fromkeys(PROFILES, "valid")}


def test_aid_has_title_and_language(fresh):
    reader = PdfReader(io.BytesIO(get_aid().pdf))
    assert reader.metadata.title == "Breast calcifications at the workstation"
    assert str(reader.root_object["/Lang"]) == "en"


def test_aid_has_every_form_and_distribution_of_the_data(text):
    for word in list_descriptors(Kind.BENIGN, Kind.SUSPICIOUS, Kind.DISTRIBUTION):
        assert word.name in text
        assert word.text in text
        for old in word.old_words:
            assert old in text


def test_aid_has_every_range_of_the_matrix(text):
    matrix = get_matrix()
    cells = [cell for row in matrix.rows for cell in row.cells]
    for found in (*(row.range for row in matrix.rows), *(cell.range for cell in cells)):
        if found.words:
            assert f"{found.words}%" in text
    for column in matrix.columns:
        if column.range.words:
            assert f"All: {column.range.words}%" in text
    assert text.count("no series found") == sum(not cell.range.words for cell in cells) == 20
    for cell in cells:
        assert cell.note in text


def test_aid_says_that_nobody_reviewed_it_and_what_was_not_read(text):
    assert "Not yet reviewed by a physician" in text
    assert "Not read by us: Burnside 2007." in text
    assert "the book was not opened" in text


def test_aid_of_a_checked_edition_has_no_warning(monkeypatch):
    monkeypatch.setattr(aid, "get_evidence", lambda: Checked)
    assert aid._gather()["warning"] == ""


class Checked:
    class edition:
        name, seen, checked = "BI-RADS", "Seen.", True


def test_aid_is_made_once_and_read_from_the_storage_afterwards(fresh, monkeypatch):
    made = get_aid()
    (kept,) = default_storage.listdir("aids")[1]
    assert kept == f"calcifications-{made.digest}.pdf"
    get_aid.cache_clear()
    monkeypatch.setattr(aid, "typeset", None)
    assert get_aid() == made
    assert default_storage.listdir("aids")[1] == [kept]


def test_aid_that_was_not_written_to_its_end_is_made_again(fresh, media):
    made = get_aid()
    kept = media / "aids" / f"calcifications-{made.digest}.pdf"
    kept.write_bytes(made.pdf[:5000])
    get_aid.cache_clear()
    assert get_aid() == made
    assert kept.read_bytes() == made.pdf
    assert [path.name for path in kept.parent.iterdir()] == [kept.name]


def test_aid_is_another_where_its_contents_changed(fresh, monkeypatch):
    made = get_aid()
    monkeypatch.setattr(aid, "_tell_sources", lambda: "Another line of sources.")
    get_aid.cache_clear()
    other = get_aid()
    assert other.digest != made.digest
    assert "Another line of sources." in PdfReader(io.BytesIO(other.pdf)).pages[0].extract_text()


def test_aid_that_needs_another_page_is_refused(fresh, monkeypatch):
    monkeypatch.setattr(aid, "_tell_sources", lambda: "word " * 1500)
    with pytest.raises(TypesettingError, match="more than one page"):
        get_aid()
    assert not default_storage.exists("aids")


def test_everyone_gets_the_aid_without_an_account(client, fresh):
    answer = client.get(ADDRESS)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer.content == get_aid().pdf
    assert answer["Content-Disposition"] == 'inline; filename="breast-calcifications-aid.pdf"'
    assert answer["Cache-Control"] == "public, max-age=3600"
    again = client.get(ADDRESS, headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_block_leads_to_the_aid_and_says_its_size(fresh):
    html = AidBlock().render(None)
    assert f'href="{ADDRESS}"' in html
    assert f"PDF, one page, {len(get_aid().pdf) / 1024:.1f}\N{NO-BREAK SPACE}KB" in html


def test_block_is_read_from_a_file_and_has_no_body():
    keep = Keep(image=lambda _: 0)
    (block,) = read_blocks("::: aid\n:::\n", slug="x", keep=keep, readers=GUIDE_READERS)
    assert (block["type"], block["value"]) == ("aid", None)
    with pytest.raises(ContentError, match="the aid has no body"):
        read_blocks("::: aid\nbreast\n:::\n", slug="x", keep=keep, readers=GUIDE_READERS)
    with pytest.raises(ContentError, match="there is no block “aid”"):
        read_blocks("::: aid\n:::\n", slug="x", keep=keep)
