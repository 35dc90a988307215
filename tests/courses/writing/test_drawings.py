from io import BytesIO
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image as PILImage
from wagtail.images import get_image_model

from courses.writing.drawings import read_drawing
from courses.writing.services import keep_image

CONTENT = Path(__file__).resolve().parents[3] / "content"
XMLNS = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
PLAIN = f'<svg {XMLNS} viewBox="0 0 120 80"><circle cx="40" cy="40" r="20" fill="#333"/></svg>'
ILLUSTRATOR = """<?xml version="1.0" encoding="utf-8"?>
<!-- Generator: Adobe Illustrator 24.0.1, SVG Export Plug-In . SVG Version: 6.00 Build 0)  -->
<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd" [
\t<!ENTITY ns_extend "http://ns.adobe.com/Extensibility/1.0/">
\t<!ENTITY ns_ai 'http://ns.adobe.com/AdobeIllustrator/10.0/'>
]>
<svg version="1.1" id="Layer_1" xmlns:x="&ns_extend;" xmlns:i="&ns_ai;" xmlns="http://www.w3.org/2000/svg" x="0px"
\t y="0px" viewBox="0 0 120 80" xml:space="preserve">
<switch>
\t<foreignObject requiredExtensions="&ns_ai;" x="0" y="0" width="1" height="1"><i:pgfRef href="#pgf"/></foreignObject>
\t<g i:extraneous="self"><circle cx="40" cy="40" r="20" fill="#333"/><text>R&amp;D &lt; 1</text></g>
</switch></svg>"""
INKSCAPE = f"""<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<!-- Created with Inkscape (http://www.inkscape.org/) -->
<svg width="120mm" height="80mm" viewBox="0 0 120 80" {XMLNS} xmlns:sodipodi="http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd"
 xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<sodipodi:namedview inkscape:zoom="1" onzoom=""/><metadata><rdf:RDF><rdf:type
 rdf:resource="http://purl.org/dc/dcmitype/StillImage"/></rdf:RDF></metadata>
<a xlink:href="https://example.org/"><use xlink:href="#a" style="fill:url(#b);stroke:#000"/></a></svg>"""
FIGMA = f"""<svg width="120" height="80" viewBox="0 0 120 80" fill="none" {XMLNS}>
<rect fill="url(#pattern0)" width="9" height="9"/>
<defs><pattern id="pattern0"><use xlink:href="#image0"/></pattern><clipPath id="c"/>
<style>.a{{fill:url('#pattern0')}}</style>
<image id="image0" xlink:href="data:image/png;base64,iVBORw0KGgo="/></defs></svg>"""
LATIN = f'<?xml version="1.0" encoding="ISO-8859-1"?>\n<svg {XMLNS} width="10" height="10"><title>Größe</title></svg>'


def refusal(drawing: str | bytes) -> str:
    with pytest.raises(ValidationError) as refused:
        read_drawing(drawing if isinstance(drawing, bytes) else drawing.encode())
    [told] = refused.value.messages
    assert "Save it anew: in Illustrator by File, Export, Export As, SVG;" in told
    return told


@pytest.mark.parametrize("drawing", [PLAIN, INKSCAPE, FIGMA, f"{PLAIN}\n"])
def test_drawing_that_is_plain_is_kept_as_it_is(drawing):
    assert read_drawing(drawing.encode()) == drawing.encode()


def test_every_drawing_of_ours_is_kept_as_it_is():
    drawings = list(CONTENT.glob("courses/*/figures/*.svg"))
    assert len(drawings) > 50
    assert [path for path in drawings if read_drawing(path.read_bytes()) != path.read_bytes()] == []


def test_drawing_of_illustrator_is_kept_without_its_entities():
    kept = read_drawing(ILLUSTRATOR.encode()).decode()
    assert (
        'xmlns:x="http://ns.adobe.com/Extensibility/1.0/" xmlns:i="http://ns.adobe.com/AdobeIllustrator/10.0/"' in kept
    )
    assert "<text>R&amp;D &lt; 1</text>" in kept
    assert "ENTITY" not in kept
    assert "DOCTYPE" not in kept
    assert read_drawing(kept.encode()) == kept.encode()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("drawing", [PLAIN, f'<?xml version="1.0" encoding="UTF-16"?>\n{PLAIN}'])
def test_drawing_in_any_unicode_is_kept_as_utf_8(drawing, encoding):
    assert read_drawing(drawing.encode(encoding)).decode() == PLAIN


def test_drawing_in_what_it_declares_is_kept_as_utf_8():
    kept = read_drawing(LATIN.encode("latin-1")).decode()
    assert kept.startswith("<svg ")
    assert "<title>Größe</title>" in kept


def test_blank_lines_before_it_do_no_harm():
    assert read_drawing(f'\n \n<?xml version="1.0"?>{PLAIN}'.encode()).decode() == PLAIN


@pytest.mark.parametrize(
    "definitions",
    [
        '<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">',
        '<!ENTITY a SYSTEM "file:///etc/passwd">',
        '<!ENTITY a PUBLIC "x" "http://example.org/x">',
        '<!ENTITY % a "x"> %a;',
        '<!ENTITY % a SYSTEM "http://example.org/x.dtd"> %a;',
        '<!ENTITY a "<script/>">',
        f'<!ENTITY a "{"x" * 1000}">',
        "".join(f'<!ENTITY a{number} "x">' for number in range(60)),
        '<!ELEMENT svg ANY><!ATTLIST svg onload CDATA "alert(1)">',
    ],
)
def test_definitions_that_grow_or_name_files_are_refused(definitions):
    assert refusal(f"<!DOCTYPE svg [{definitions}]>{PLAIN}").startswith("The drawing holds definitions (entities)")


def test_small_entities_cannot_grow_without_end():
    """Ten million places of three hundred letters."""
    many = "&a;" * 40_000
    drawing = f'<!DOCTYPE svg [<!ENTITY a "{"x" * 300}">]>{PLAIN.replace("</svg>", f"<text>{many}</text></svg>")}'
    assert refusal(drawing).startswith("The drawing holds definitions (entities)")


@pytest.mark.parametrize(
    "text",
    ["<!--" * 50_000, "<!DOCTYPE svg [" + "<!---->" * 50_000, "<!DOCTYPE svg [" + '"a"' * 50_000, "&a;" * 100_000],
)
def test_odd_drawings_are_refused_in_no_time(text):
    refusal(text)


@pytest.mark.parametrize(
    ("drawing", "told"),
    [
        (PLAIN.replace("</svg>", "<script>1</script></svg>"), "The drawing holds a script."),
        (PLAIN.replace("<svg", '<svg onload="x()"'), "The drawing holds a script."),
        (PLAIN.replace("</svg>", "<foreignObject/></svg>"), "The drawing holds text that is laid out as a web page"),
        (
            PLAIN.replace("</svg>", '<image href="http://x.org/a.png"/></svg>'),
            "The drawing takes a part from outside, “http://x.org/a.png”",
        ),
        (
            PLAIN.replace("</svg>", '<image xlink:href="file:///home/a.png"/></svg>'),
            "The drawing takes a part from outside, “file:",
        ),
        (
            PLAIN.replace("</svg>", '<image xlink:href="photo.jpg"/></svg>'),
            "The drawing takes a part from outside, “photo.jpg”",
        ),
        (
            PLAIN.replace("</svg>", '<use href="other.svg#a"/></svg>'),
            "The drawing takes a part from outside, “other.svg#a”",
        ),
        (
            PLAIN.replace('fill="#333"', 'fill="url( &quot;http://x.org/#a&quot; )"'),
            "The drawing takes a part from outside, “http://x.org/#a”",
        ),
        (
            PLAIN.replace('fill="#333"', 'style="filter:url(f.svg#x)"'),
            "The drawing takes a part from outside, “f.svg#x”",
        ),
        (
            PLAIN.replace("</svg>", "<style>@import 'a.css';</style></svg>"),
            "The drawing takes a part from outside, “@import”",
        ),
        (
            PLAIN.replace("</svg>", "<style>@font-face{src:url(https://x.org/a.woff2)}</style></svg>"),
            "The drawing takes a part from outside, “https://x.org",
        ),
        (f'<?xml-stylesheet href="a.css"?>{PLAIN}', "The drawing takes its styles from another file"),
        (PLAIN.replace('viewBox="0 0 120 80"', 'viewBox="0 0 120"'), "The drawing does not say how large it is"),
        (PLAIN.replace('viewBox="0 0 120 80"', 'width="auto" height="8"'), "The drawing does not say how large it is"),
        (PLAIN.replace('viewBox="0 0 120 80"', 'viewBox="0 0 0 0"'), "The drawing does not say how large it is"),
        (PLAIN.replace('viewBox="0 0 120 80"', 'width="inf" height="8"'), "The drawing does not say how large it is"),
        (PLAIN[:-9], "The drawing cannot be read: it breaks off or is damaged at line 1, column "),
        (PLAIN.replace("#333", "&nbsp;"), "The drawing cannot be read"),
        ("<html><body/></html>", "This is not a drawing in SVG"),
        ("", "The drawing cannot be read"),
        (b"\x1f\x8b\x08\x00\x00", "The drawing is compressed (SVGZ)."),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "This is not a drawing in SVG"),
    ],
)
def test_what_a_lesson_would_not_show_is_refused_in_a_sentence(drawing, told):
    assert refusal(drawing).startswith(told)


def upload(client, drawing: str | bytes, name: str = "drawing.svg"):
    data = drawing if isinstance(drawing, bytes) else drawing.encode()
    file = SimpleUploadedFile(name, data, "image/svg+xml")
    return client.post("/studio/images/add/", {"title": "Calcium", "file": file, "collection": 1, "description": ""})


@pytest.mark.parametrize("drawing", [ILLUSTRATOR, f"\ufeff{PLAIN}", PLAIN.encode("utf-16"), LATIN.encode("latin-1")])
def test_studio_takes_what_programs_save(client_for, author, media, drawing):
    assert upload(client_for(author), drawing).status_code == 302
    image = get_image_model().objects.get()
    with image.open_file() as file:
        kept = file.read()
    assert kept == read_drawing(kept)
    assert (image.width, image.height) == ((10, 10) if b"Gr" in kept else (120, 80))
    assert image.get_rendition("width-60").width == (10 if b"Gr" in kept else 60)


def test_studio_says_how_to_save_it_anew(client_for, author, media):
    page = upload(client_for(author), PLAIN.replace("</svg>", "<script/></svg>")).content.decode()
    assert "The drawing holds a script. No drawing in a lesson runs one. Save it anew: in Illustrator by File" in page
    assert not get_image_model().objects.exists()


LARGE = PLAIN.replace("</svg>", f"<!--{'x' * 3_200_000}--></svg>")
TOO_LARGE = "The drawing has 3201 kB, and at most 500 kB are taken."


def test_studio_says_how_large_a_drawing_may_be(client_for, author, media):
    page = upload(client_for(author), LARGE)
    assert TOO_LARGE in page.content.decode()
    assert not get_image_model().objects.exists()
    form = client_for(author).get("/studio/images/add/").content.decode()
    assert "Maximum filesize: 10.0\xa0MB. A drawing (SVG) has at most 500 kB." in form


@pytest.mark.parametrize("address", ["multiple/add/", "chooser/create/"])
def test_every_upload_of_the_studio_says_so(client_for, author, media, address):
    file = SimpleUploadedFile("a.svg", LARGE.encode(), "image/svg+xml")
    sent = {"title": "Calcium", "files[]": file} if address == "multiple/add/" else {}
    chosen = {"image-chooser-upload-title": "Calcium", "image-chooser-upload-file": file}
    posted = {**(sent or chosen), "image-chooser-upload-collection": 1, "collection": 1}
    headers = {"X-Requested-With": "XMLHttpRequest"}
    answer = client_for(author).post(f"/studio/images/{address}", posted, headers=headers)
    assert TOO_LARGE in answer.content.decode()
    assert not get_image_model().objects.exists()


def test_loader_says_how_large_a_drawing_may_be(db, media, tmp_path):
    (tmp_path / "a.svg").write_text(LARGE)
    with pytest.raises(ValidationError, match=TOO_LARGE):
        keep_image(title="a", path=tmp_path / "a.svg")
    assert not get_image_model().objects.exists()


def make_picture(name: str) -> bytes:
    file = BytesIO()
    PILImage.effect_noise((90, 60), 90).save(file, {"jpg": "jpeg"}.get(name, name))
    return file.getvalue()


@pytest.mark.parametrize("kind", ["png", "jpg", "webp", "avif"])
def test_studio_takes_other_pictures_as_before_and_says_when_they_break_off(client_for, author, media, kind):
    client, picture = client_for(author), make_picture(kind)
    for broken in (picture[: len(picture) // 2], picture[:20]):
        page = upload(client, broken, f"picture.{kind}")
        assert page.status_code == 200
        assert page.context["form"].errors["file"]
    assert not get_image_model().objects.exists()
    assert upload(client, picture, f"picture.{kind}").status_code == 302
    assert get_image_model().objects.get().width == 90


def test_loader_reads_drawings_likewise(db, media, tmp_path):
    (tmp_path / "a.svg").write_text(ILLUSTRATOR)
    kept = keep_image(title="a", path=tmp_path / "a.svg")
    with get_image_model().objects.get(pk=kept).open_file() as file:
        assert b"ENTITY" not in file.read()
    assert keep_image(title="a", path=tmp_path / "a.svg") == kept
