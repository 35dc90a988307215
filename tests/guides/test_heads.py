"""What the pages of guides tell engines and who gets a link to them."""

from pathlib import Path
from typing import Any

import pytest
from defusedxml.ElementTree import fromstring
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.cards import Card
from courses.writing.blocks import find_pictures
from guides.queries import get_guide_page
from tests.guides.writing import FILE, REVIEWED, load_guide
from tests.told import canonical, meta, read_page, things_of

GUIDE = "/guides/edge/"
SITE = "http://testserver"


def test_guide_has_one_address_whatever_was_asked(client, guide) -> None:
    for query in ("", "?utm_source=mail"):
        page = read_page(client, GUIDE + query)
        assert canonical(page) == meta(page, "og:url") == f"{SITE}{GUIDE}"


def test_link_to_a_guide_is_shown_with_title_summary_and_picture(client, guide) -> None:
    page = read_page(client, GUIDE)
    assert page.title.string == "The edge of the lung · eScan Academy"
    assert meta(page, "og:title") == "The edge of the lung"
    assert meta(page, "og:description") == meta(page, "description") == guide.summary
    assert meta(page, "og:type") == "article"
    assert meta(page, "og:site_name") == "eScan Academy"
    assert meta(page, "twitter:card") == "summary_large_image"
    picture = meta(page, "og:image")
    assert picture.startswith(f"{SITE}{GUIDE}")
    answer = client.get(picture.removeprefix(SITE))
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/png")
    assert "public" in answer.headers["Cache-Control"]
    assert not answer.cookies


def test_picture_of_a_guide_has_its_figure(client, root, guide) -> None:
    (figure,) = find_pictures(guide.body)
    assert get_guide_page("edge").card == Card("Guide", "The edge of the lung", figure.file.name)
    with_figure = meta(read_page(client, GUIDE), "og:image")
    before, _, rest = FILE.partition("::: figure")
    load_guide(root, before + rest.partition(":::\n")[2])
    assert get_guide_page("edge").card.figure == ""
    assert meta(read_page(client, GUIDE), "og:image") != with_figure


def test_picture_of_before_leads_to_the_present_one(client, root, guide) -> None:
    before = meta(read_page(client, GUIDE), "og:image").removeprefix(SITE)
    load_guide(root, FILE.replace("title: The edge", "title: The rim"))
    now = meta(read_page(client, GUIDE), "og:image").removeprefix(SITE)
    assert now != before
    assert client.get(before).headers["Location"] == now
    guide.refresh_from_db()
    guide.unpublish()
    assert client.get(now).status_code == 404


def test_guide_goes_live_where_its_picture_cannot_be_made(client, root, guide) -> None:
    (figure,) = find_pictures(guide.body)
    load_guide(root, FILE.replace("title: The edge", "title: The rim"))
    Path(figure.file.path).write_bytes(b"<svg")
    caches["pages"].clear()
    page = read_page(client, GUIDE)
    assert page.h1.string == "The rim of the lung"
    answer = client.get(meta(page, "og:image").removeprefix(SITE))
    assert (answer.status_code, answer.headers["Location"]) == (302, "/static/img/share.png")


def test_guide_is_a_medical_page_with_author_dates_and_sources(client, guide) -> None:
    told = things_of(read_page(client, GUIDE))["MedicalWebPage"]
    assert told["@id"] == told["url"] == f"{SITE}{GUIDE}"
    assert told["name"] == told["headline"] == "The edge of the lung"
    assert told["description"] == guide.summary
    assert told["author"]["@type"] == "EducationalOrganization"
    assert told["author"]["name"] == told["publisher"]["name"] == "eScan Academy"
    assert told["datePublished"] == guide.first_published_at.isoformat()
    assert told["dateModified"] == guide.last_published_at.isoformat()
    assert told["citation"] == [
        {
            "@type": "CreativeWork",
            "name": "Author A. Edges. Journal of Edges. 2001. https://doi.org/10.1000/edges.1",
            "url": "https://doi.org/10.1000/edges.1",
        }
    ]


@pytest.mark.parametrize(
    ("reference", "url"),
    [
        ("Author B. No number. 2002. PMID: 123. DOI: 10.1000/x.", "https://doi.org/10.1000/x"),
        ("Author B. In PubMed. 2002. PMID 123.", "https://pubmed.ncbi.nlm.nih.gov/123/"),
        ("Author B. A book. 1999.", None),
    ],
)
def test_source_is_told_with_what_identifies_it(client, root, guide, reference: str, url: str | None) -> None:
    load_guide(root, FILE.replace("- Author A.", f"- {reference}\n- Author A."))
    first, second = things_of(read_page(client, GUIDE))["MedicalWebPage"]["citation"]
    assert first["name"].startswith("Author B.")
    assert first.get("url") == url
    assert second["url"] == "https://doi.org/10.1000/edges.1"


def test_reviewer_is_told_once_somebody_signed(client, root, guide) -> None:
    before = things_of(read_page(client, GUIDE))["MedicalWebPage"]
    assert not {"reviewedBy", "lastReviewed"} & before.keys()
    load_guide(root, REVIEWED)
    after = things_of(read_page(client, GUIDE))["MedicalWebPage"]
    assert after["reviewedBy"] == {"@type": "Person", "name": "Ada Lindqvist, MD"}
    assert after["lastReviewed"] == "2026-11-20"


def test_questions_are_told_with_their_answers(client, root, guide) -> None:
    told = things_of(read_page(client, GUIDE))["FAQPage"]
    assert told["mainEntity"] == [
        {
            "@type": "Question",
            "name": "Is every line an edge?",
            "acceptedAnswer": {"@type": "Answer", "text": "No. A skin fold ends somewhere."},
        }
    ]
    assert told["isPartOf"] == {"@id": f"{SITE}{GUIDE}"}
    before, _, rest = FILE.partition("::: answers")
    load_guide(root, before + "Nobody asks." + rest.partition("\n:::\n")[2])
    assert "FAQPage" not in things_of(read_page(client, GUIDE))


def test_way_to_a_guide_is_told(client, guide) -> None:
    steps = things_of(read_page(client, GUIDE))["BreadcrumbList"]["itemListElement"]
    assert [(step["name"], step["item"].removeprefix(SITE)) for step in steps] == [
        ("Home", "/"),
        ("Guides", "/guides/"),
        ("The edge of the lung", GUIDE),
    ]


def test_nothing_that_nobody_said_is_told(client, guide) -> None:
    told = str(things_of(read_page(client, GUIDE)))
    assert not [word for word in ("Rating", "review", "Person", "offers") if word in told]


def test_list_is_told_with_what_it_leads_to(client, root, guide) -> None:
    load_guide(root, FILE.replace("position: 1", "position: 0"), slug="fold")
    page = read_page(client, "/guides/?page=2")
    assert canonical(page) == f"{SITE}/guides/"
    assert meta(page, "og:image") == f"{SITE}/static/img/share.png"
    told = things_of(page)["CollectionPage"]
    assert [(item["position"], item["url"]) for item in told["mainEntity"]["itemListElement"]] == [
        (1, f"{SITE}/guides/fold/"),
        (2, f"{SITE}/guides/edge/"),
    ]


def test_sitemap_names_the_pictures_of_a_guide(client, guide) -> None:
    sitemap = fromstring(client.get("/sitemap.xml").content)
    pictures = {row.findtext("{*}loc"): [loc.text for loc in row.iterfind("{*}image/{*}loc")] for row in sitemap}
    (figure,) = pictures.pop(f"{SITE}{GUIDE}")
    assert figure == f"{SITE}/guides/figures/{guide.pk}/{guide.rendering.image_ids[0]}/"
    assert client.get(figure.removeprefix(SITE)).status_code == 200
    assert [found for found in pictures.values() if found] == []


def test_sitemap_asks_the_database_as_often_for_three(client, root, guide, django_assert_num_queries) -> None:
    with CaptureQueriesContext(connection) as asked:
        client.get("/sitemap.xml")
    for slug in ("fold", "rim"):
        load_guide(root, FILE, slug=slug)
    with django_assert_num_queries(len(asked)):
        assert client.get("/sitemap.xml").content.count(b"/guides/figures/") == 3


def test_preview_is_told_to_nobody(client_for: Any, admin, guide) -> None:
    answer = client_for(admin).get(f"/studio/pages/{guide.pk}/view_draft/")
    assert answer.status_code == 200
    html = answer.content.decode()
    assert "<title>The edge of the lung</title>" in html
    assert not [word for word in ("canonical", "og:", "ld+json") if word in html]
