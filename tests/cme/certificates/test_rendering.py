import io
import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from pypdf import PdfReader

from accounts.names import tidy_name
from cme.certificates.names import han_variant
from cme.certificates.rendering import (
    CertificateFields,
    NothingToPrint,
    RenderingError,
    UnprintableText,
    render_certificate,
)
from tests.cme.certificates.verapdf import PROFILES, judge

MADE_AT = datetime(2026, 10, 14, 12, 30, 0, 123456, tzinfo=UTC)
NAMES = {
    "latin": "Łukasz Żółć-Øyvind Ğüneş, MD, PhD",
    "rare-latin": "Əliyev Ŧobias Ṽ́",
    "vietnamese": "Nguyễn Thị Phượng Hằng",
    "yoruba": "Ṣọlá Adé Ọ̀ṣun",
    "greek": "Ελευθέριος Παπαδόπουλος",
    "polytonic-greek": "Ἀριστοτέλης",
    "cyrillic": "Йосип Ґедзь Щёкин",
    "tajik": "Ҳусейн Ҷӯраев",
    "arabic": "محمد بن عبد الله الخوارزمي",
    "persian": "علی‌رضا گیل‌پور",
    "urdu": "ڈاکٹر ظہیر ہاشمی",
    "hebrew": "ד״ר יעל כהן־לוי",
    "pointed-hebrew": "שָׂרָה",
    "devanagari": "श्रीनिवास क्षेत्रज्ञ राष्ट्रपति",
    "thai": "ปิ่นทิพย์ ศรีสุวรรณ์",
    "chinese": "王小明",
    "traditional-chinese": "陳麗華",
    "japanese": "髙橋 さくら",
    "korean": "김민수",
    "armenian": "Արամ Խաչատրյան",
    "mixed": "Dr. 王小明 (Wang Xiaoming) د. أحمد",
}
LONG_NAMES = {
    "long-latin": (
        "Maria-Antonietta Francesca Alessandra Giovannina Wolfeschlegelsteinhausenbergerdorff-Montgomery "
        "de la Santísima Trinidad"
    ),
    "long-word": "W" * 120,
    "long-arabic": ("محمد " * 24).strip(),
    "long-han": "王" * 120,
    "long-thai": ("ปิ่นทิพย์ศรีสุวรรณ์" * 7)[:120],
}
UNPRINTABLE = {
    "emoji": ("Ann 😀 Lee", "😀"),
    "emoji-family": ("👨\u200d👩", "👨\u200d👩"),
    "cuneiform": ("𒀀𒁀", "𒀀𒁀"),
    "runes": ("ᚠᚢ", "ᚠᚢ"),
    "unassigned": ("A\u0378B", "\u0378"),
    "private-use": ("A\ue000", "\ue000"),
    "lost-text": ("M\ufffdller", "\ufffd"),
    "lone-mark-first": ("\u0301Ann", "\u0301"),
    "lone-mark-after-space": ("Ann \u0323", "\u0323"),
    "foreign-mark": ("a\u093f", "\u093f"),
    "enclosing-mark": ("A\u20dd", "\u20dd"),
    "stacked-marks": ("Z\u0335\u0336\u0337\u0338\u0321", "\u0321"),
    "bidi-override": ("Ann\u202eeeL", "\u202e"),
    "bidi-isolate": ("\u2066Ann\u2069", "\u2066\u2069"),
    "control": ("Ann\x07Lee", "\x07"),
    "zero-width-space": ("Ann\u200bLee", "\u200b"),
    "joiner-in-latin": ("Ann\u200dLee", "\u200d"),
    "soft-hyphen": ("Ann\u00adLee", "\u00ad"),
    "byte-order-mark": ("\ufeffAnn", "\ufeff"),
    "variation-selector": ("葛\U000e0100", "\U000e0100"),
    "tag": ("a\U000e0061", "\U000e0061"),
    "hangul-filler": ("김\u3164", "\u3164"),
    "surrogate": ("Ann \ud83d", "\ud83d"),
}


def fields_for(name: str = "Rosa Marín, MD", **changes: Any) -> CertificateFields:
    fields = CertificateFields(
        heading="Certificate of credit",
        name=tidy_name(name),
        did="completed the enduring material",
        activity="Breast calcifications",
        award="and is awarded 1.25 AMA PRA Category 1 Credits™.",
        facts=(
            ("Completed", "14 October 2026"),
            ("Learning format", "Enduring material, internet"),
            ("Credit claimed", "1.25 AMA PRA Category 1 Credits™"),
            (
                "Accredited provider",
                "Demonstration Institute for Medical Education (invented; not accredited by anyone)",
            ),
        ),
        statements=(
            "This activity has been planned and implemented in accordance with the accreditation requirements and "
            "policies of the ACCME through the joint providership of the Demonstration Institute and eScan Academy. "
            "The Demonstration Institute for Medical Education is invented and is not accredited by the ACCME.",
            "Designated for a maximum of 1.25 AMA PRA Category 1 Credit(s)™. Physicians should claim only the credit "
            "commensurate with the extent of their participation in the activity.",
            "Issued by eScan Academy on 14 October 2026.",
        ),
        italics=("AMA PRA Category 1 Credits™", "AMA PRA Category 1 Credit(s)™"),
        demonstration=True,
        demonstration_note="This is a demonstration, and carries no credit.",
        code="8F3K-7QZM-X2VA",
        verify_url="https://academy.example.org/verify/8F3K-7QZM-X2VA/",
        han=han_variant(name, "UTC"),
    )
    return replace(fields, **changes)


def render(name: str = "Rosa Marín, MD", **changes: Any) -> bytes:
    return render_certificate(fields_for(name, **changes), made_at=MADE_AT)


def read(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf))


def test_render_certificate_is_valid_for_people_and_archives_in_every_script(tmp_path):
    files = []
    for label, name in {**NAMES, **LONG_NAMES}.items():
        file = tmp_path / f"{label}.pdf"
        file.write_bytes(render(name))
        files.append(file)
    assert judge(*files) == {file.stem: dict.fromkeys(PROFILES, "valid") for file in files}


def test_judge_finds_an_untagged_file_invalid(tmp_path):
    typst = pytest.importorskip("typst")
    file = tmp_path / "plain.pdf"
    file.write_bytes(typst.compile(b"= Plain", pdf_tags=False))
    verdicts = judge(file)["plain"]
    assert all(verdicts[profile] != "valid" for profile in PROFILES)


@pytest.mark.parametrize("name", [*NAMES.values(), *LONG_NAMES.values()], ids=[*NAMES, *LONG_NAMES])
def test_render_certificate_is_one_a4_page_with_the_name_in_its_title(name):
    reader = read(render(name))
    [page] = reader.pages
    assert [round(side) for side in page.mediabox[2:]] == [842, 595]
    assert reader.metadata is not None
    assert reader.metadata.title == f"{tidy_name(name)}: Certificate of credit, Breast calcifications"
    assert str(reader.root_object["/Lang"]) == "en"


@pytest.mark.parametrize(
    "script",
    ["latin", "rare-latin", "vietnamese", "greek", "polytonic-greek", "cyrillic", "chinese", "japanese", "korean"],
)
def test_render_certificate_text_can_be_copied(script):
    text = read(render(NAMES[script])).pages[0].extract_text()
    assert tidy_name(NAMES[script]) in text
    for printed in ("Certificate of credit", "Breast calcifications", "14 October 2026", "8F3K-7QZM-X2VA"):
        assert printed in text


@pytest.mark.parametrize("script", ["arabic", "urdu", "hebrew", "devanagari", "thai"])
def test_render_certificate_keeps_every_letter_of_shaped_scripts(script):
    """pypdf does not undo shaping and direction; no letter may be lost or replaced."""
    text = read(render(NAMES[script])).pages[0].extract_text()
    assert set(tidy_name(NAMES[script])) <= set(text)
    assert "\ufffd" not in text


@pytest.mark.parametrize(("name", "characters"), UNPRINTABLE.values(), ids=UNPRINTABLE.keys())
def test_render_certificate_fails_closed(name, characters):
    with pytest.raises(UnprintableText) as refused:
        render(name)
    assert set(refused.value.characters) <= set(characters)
    assert refused.value.characters != ""


@pytest.mark.parametrize("name", ["", "   ", ". -", "12"])
def test_render_certificate_needs_a_letter(name):
    with pytest.raises(NothingToPrint):
        render(name)


def test_unprintable_text_names_each_character():
    with pytest.raises(UnprintableText, match="“😀” cannot be printed"):
        render("Ann 😀 Lee")


@pytest.mark.parametrize("name", ["#sys.inputs", "*Ann* $x$ [b] @c <d>", "Ann \\ Lee", '"; panic("x")'])
def test_render_certificate_reads_a_name_as_data(name):
    assert name in read(render(name)).pages[0].extract_text()


def test_render_certificate_refuses_words_that_fit_no_page():
    with pytest.raises(RenderingError, match="more than one page"):
        render(statements=("word " * 3000,))


def test_render_certificate_finds_missing_glyphs_in_the_courses_words():
    with pytest.raises(RenderingError, match="activity's own words"):
        render(activity="Breast 𒀀 calcifications")


def test_render_certificate_holds_long_names_and_titles_at_once():
    title = "The management of amorphous calcifications found at screening with digital breast tomosynthesis, part two"
    assert len(title) <= 120
    assert len(read(render(LONG_NAMES["long-thai"], activity=title)).pages) == 1


def test_render_certificate_makes_the_same_bytes_again():
    assert render() == render()


def test_render_certificate_uses_no_font_of_this_machine():
    page: Any = read(render(NAMES["mixed"])).pages[0]
    fonts = {str(font.get_object()["/BaseFont"]).partition("+")[2] for font in page["/Resources"]["/Font"].values()}
    known = ("SourceSerif4", "PublicSans", "Amiri", "NotoSansCJK")
    assert fonts and all(font.startswith(known) for font in fonts)


def test_render_certificate_links_to_the_page_that_verifies_it():
    page: Any = read(render()).pages[0]
    targets = {note.get_object()["/A"]["/URI"] for note in page["/Annots"]}
    assert targets == {"https://academy.example.org/verify/8F3K-7QZM-X2VA/"}


def test_render_certificate_refuses_to_hang_in_a_forked_child():
    script = (
        "import os\n"
        "from tests.cme.certificates.test_rendering import render\n"
        "render()\n"
        "if os.fork() == 0:\n"
        "    try:\n"
        "        render()\n"
        "    except Exception as error:\n"
        "        print(error, flush=True)\n"
        "    os._exit(0)\n"
        "os.wait()\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, env=os.environ)
    assert "forked after its parent had used typst" in done.stdout
