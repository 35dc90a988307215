"""The pages of the reading room, without a script, and what the viewer sends."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone

from imaging.asking import services
from imaging.models import AskedRegion, AskedView, Mark, Reading, Study, StudyKind
from imaging.reading.services import MOST_MARKS
from imaging.reading.telling import DRAWN
from imaging.studies.models import Side
from imaging.studies.services import withdraw_study
from imaging.synthesis import ContextRecipe, FindingRecipe, PriorRecipe, Recipe
from imaging.synthesis.recipes import DISTRACTORS, MASSES
from imaging.synthesis.study import DISTRACTOR_RECIPES, find_side
from tests.html import words
from tests.imaging.conftest import COLUMNS, REASON, SQUARE

NEXT = "/practice/next/"


@pytest.fixture
def client(client_for, learner_with_access) -> Client:
    return client_for(learner_with_access)


def begin(client: Client) -> str:
    """The address of the reading."""
    answer = client.post(NEXT)
    assert answer.status_code == 303
    return answer["Location"]


def send(client: Client, address: str, headers: dict[str, str] | None = None, **changes: Any) -> Any:
    place = {"view": "lcc", "x": 160.5, "y": 190.25, "confidence": 80, "morphology": "amorphous"}
    content = {**place, "distribution": "grouped", **changes}
    return client.post(f"{address}marks/", json.dumps(content), content_type="application/json", headers=headers)


def ask(client: Client, address: str, **wish: Any) -> Any:
    """As the viewer asks for an additional view."""
    return client.post(f"{address}asked/", json.dumps(wish), content_type="application/json")


def answer(client: Client, address: str, *, category: str = "4C", recall: str = "yes") -> None:
    client.post(f"{address}answer/", {"category": category, "recall": recall})


def lock(client: Client, address: str) -> str:
    """The page after the lock."""
    answer(client, address)
    return client.post(f"{address}lock/", follow=True).content.decode()


def data(page: str) -> dict[str, Any]:
    """What the page holds for its viewer."""
    return json.loads(re.search(r'<script id="study" type="application/json">(.*?)</script>', page, re.DOTALL)[1])


# --- The whole path -----------------------------------------------------------------------------------


def test_the_way_from_a_study_to_its_truth(client, study):
    address = begin(client)
    assert send(client, address).status_code == 201
    client.post(f"{address}answer/", {"category": "4B", "recall": "yes"})
    asked = client.get(address).content.decode()
    assert 'value="4B" selected' in asked
    confirm = client.post(f"{address}answer/", {"category": "4B", "recall": "yes", "lock": "1"}, follow=True)
    assert confirm.redirect_chain == [(f"{address}lock/", 302)]
    assert "Lock this reading?" in confirm.content.decode()
    told = client.post(f"{address}lock/", follow=True).content.decode()
    assert "Recall: right" in told
    assert REASON in told
    assert "That is not among the acceptable ones." in told
    assert "Fine linear or branching" in told
    assert "marked by you" in told
    # The words compared, and the published rates of what was described.
    assert re.search(r"<td>Amorphous</td>\s*<td>Fine linear or branching", told)
    assert re.search(r"Amorphous, grouped</dt>\s*<dd>\s*[\d.]+(\N{EN DASH}[\d.]+)? percent malignant", told)
    # The text of the word that was true and was not said.
    assert "Thin, irregular, interrupted lines" in told
    assert 'action="/practice/next/"' in told


def test_leaving_and_coming_back_loses_nothing(client, client_for, learner_with_access, study):
    address = begin(client)
    mark = send(client, address).json()
    answer(client, address, category="3", recall="no")
    other_device = client_for(learner_with_access)
    assert "Go on with my study" in other_device.get("/practice/").content.decode()
    assert begin(other_device) == address
    page = other_device.get(address).content.decode()
    assert data(page)["marks"] == [mark]
    assert 'value="3" selected' in page
    assert re.search(r'value="no"[^>]* checked', page)


def test_page_holds_what_the_viewer_needs(client, study):
    address = begin(client)
    study_data = data(client.get(address).content.decode())
    views = study_data.pop("views")
    assert [view["key"] for view in views] == ["rcc", "lcc", "rmlo", "lmlo"]
    assert views[1] == {
        "key": "lcc",
        "side": "L",
        "projection": "CC",
        "label": "L CC",
        "rows": 400,
        "columns": 320,
        "mmPerPixel": 0.5,
        "tiles": f"/{study.views.get(key='lcc').tiles}/",
        "tileSize": 256,
        "levels": 10,
    }
    words = study_data.pop("words")
    assert {"key": "fine-linear", "label": "Fine linear or branching"} in words["morphologies"]
    assert {"key": "segmental", "label": "Segmental"} in words["distributions"]
    assert study_data == {
        "reading": address.split("/")[2],
        "locked": False,
        "note": "Synthetic",
        "priors": [],
        "marks": [],
        "truth": None,
        "addresses": {"marks": f"{address}marks/", "ask": f"{address}asked/", "page": address},
    }


def test_viewer_with_an_old_token_finds_the_new_one_in_the_page(client_for, learner_with_access, study):
    client = client_for(learner_with_access)
    address = begin(client)
    client.handler.enforce_csrf_checks = True
    old = send(client, address, headers={"X-CSRFToken": "a" * 64})
    assert (old.status_code, "json" in old["Content-Type"]) == (403, False)
    token = re.search(r'data-token="(\w+)"', client.get(address).content.decode())[1]
    assert send(client, address, headers={"X-CSRFToken": token}).status_code == 201


def test_truth_reaches_the_viewer_with_the_lock(client, study):
    address = begin(client)
    send(client, address)
    found = data(lock(client, address))
    assert found["locked"]
    assert found["truth"] == [
        {"label": "Fine linear or branching", "view": view, "polygon": SQUARE, "found": True}
        for view in ("lcc", "lmlo")
    ]


def said_of_categories(client: Client, address: str) -> list[tuple[str, str]]:
    soup = BeautifulSoup(lock(client, address), "html.parser")
    return [(words(row.dt), words(row.dd)) for row in soup.select("section[aria-labelledby=category] dl div")]


def test_categories_beside_recall_are_told_to_come_after_diagnostic_views(client, study):
    categories = [{"category": category, "reason": f"Why {category}."} for category in ("0", "3", "4B")]
    study.truths.update(categories=categories)
    assert said_of_categories(client, begin(client)) == [
        ("0", "Why 0."),
        (
            "3, after diagnostic views",
            "Why 3. Probably benign (3) is given only after diagnostic views; at screening: recall (0).",
        ),
        ("4B, after diagnostic views", "Why 4B."),
    ]


def test_categories_of_a_study_without_recall_are_those_of_screening(client, make_study):
    make_study(StudyKind.BENIGN)
    assert said_of_categories(client, begin(client)) == [("2", REASON)]


def test_what_was_drawn_and_is_no_calcification_is_told_after_the_lock(client, make_study):
    recipe = Recipe(7, distractors=("vascular", "deodorant", "lymph-node"), context=(ContextRecipe("oval-mass", "R"),))
    make_study(StudyKind.NORMAL, recipe=recipe.to_dict())
    address = begin(client)
    assert not re.search("deodorant|lymph|oval", client.get(address).content.decode(), re.IGNORECASE)
    soup = BeautifulSoup(lock(client, address), "html.parser")
    names = [f"{Side(find_side(7, word)).label} MLO" for word in ("deodorant", "lymph-node")]
    assert [words(each) for each in soup.select("section[aria-labelledby=there] > p")] == [
        "Nothing that has to be described: no calcifications that were put there.",
        f"{names[0]}: the white flecks over the axilla are deodorant on the skin, not calcifications.",
        f"{names[1]}: the small oval shadow in the upper breast is a lymph node with a fatty hilum.",
        "Right breast: there is an oval mass, too. The key asks for no recall because of it.",
    ]


@pytest.mark.parametrize("word", [*DISTRACTORS, *MASSES])
def test_all_that_a_recipe_draws_is_a_finding_or_has_its_sentence(word):
    assert (word in DRAWN) is not (word in DISTRACTOR_RECIPES)


@pytest.mark.parametrize(
    ("share", "kind", "sentence"),
    [
        (0.0, "suspicious", "In the prior it is not there: it is new."),
        (0.4, "suspicious", "In the prior there is less of it: it has increased."),
        (1.0, "suspicious", "it is stable. Its form warrants recall all the same."),
        (1.0, "benign", "In the prior it is the same: it is stable."),
    ],
)
def test_prior_is_looked_at_and_what_became_of_a_finding_is_told_after_the_lock(
    client, make_study, share, kind, sentence
):
    finding = FindingRecipe("fine-linear", "segmental") if kind == "suspicious" else FindingRecipe("popcorn")
    recipe = Recipe(7, findings=(finding,), prior=PriorRecipe(2, (share,)))
    study = make_study(kind, recipe=recipe.to_dict())
    prior = study.priors.create(years=2)
    for view in study.views.all():
        view.pk, view.study, view.prior, view.key, view.tiles = None, None, prior, f"{view.key}-p", f"tiles/p{view.pk}"
        view.save()
    address = begin(client)
    asked = client.get(address).content.decode()
    assert [(view["key"], view["when"]) for view in data(asked)["priors"]] == [
        (key, "Prior, 2 years earlier") for key in ("rcc-p", "lcc-p", "rmlo-p", "lmlo-p")
    ]
    assert len(data(asked)["views"]) == 4
    assert "R CC, Prior, 2 years earlier</a>" in asked
    assert not re.search("is new|increased|stable", asked)
    assert "R CC, Prior, 2 years earlier in full size" in client.get(f"{address}views/rcc-p/").content.decode()
    refused = send(client, address, view="lcc-p")
    assert (refused.status_code, "no such view" in refused.json()["error"]) == (400, True)
    assert ask(client, address, view="lcc-p", x=5, y=5).status_code == 400
    assert sentence in " ".join(lock(client, address).split())


def test_every_page_says_that_the_study_is_synthetic(client, study):
    address = begin(client)
    pages = [address, f"{address}views/lcc/"]
    assert all("Synthetic study: drawn by a program" in client.get(page).content.decode() for page in pages)
    assert "Synthetic study: drawn by a program" in lock(client, address)


# --- No truth before the lock -------------------------------------------------------------------------

# Of a truth, in whatever spelling: words of the recipe, of places, kinds and reasons.
TRUTH = re.compile(
    r"fine[-_ ]linear|segmental|suspicious|benign|normal|recipe|seed|finding|polygon|visib|extent|700000\d|"
    + re.escape(REASON)
    + r"|\b150\b|\b180\b",
    re.IGNORECASE,
)
# What every page of a reading says, whatever the study: the words to choose from, and what the form asks.
ALWAYS = re.compile(
    r'"words": \{.*?\]\}|<select.*?</select>|<(?:meta|link).*?>|<footer.*?</footer>|<header.*?</header>|'
    r'<div\s+class="station".*?</dialog>\s*</div>|'  # the viewer's own words
    r"A study without a finding gets no mark\.|A mark in words counts as right where the finding lies in that part of "
    r"that view\.",
    re.DOTALL,
)


def responses_before_the_lock(client: Client, address: str) -> Iterator[Any]:
    """Every answer that a reader can get of a reading that is not locked, by right and by wrong requests."""
    yield client.get("/practice/")
    yield client.get(address)
    yield client.head(address)
    yield send(client, address, morphology="", distribution="")
    yield send(client, address, x=-1)
    yield send(client, address, x=COLUMNS + 1)
    yield send(client, address, view="rmag")
    yield send(client, address, morphology="truth")
    yield client.get(f"{address}marks/")
    yield client.get(f"{address}views/lmlo/")
    described = {"side": "L", "projection": "CC", "place": "central", "depth": "middle", "confidence": 9}
    yield client.post(f"{address}describe/", described, follow=True)
    yield client.post(f"{address}describe/", {}, follow=True)
    yield client.post(f"{address}lock/", follow=True)
    yield client.post(f"{address}answer/", {"category": "9", "recall": "maybe"}, follow=True)
    yield client.post(f"{address}answer/", {"category": "1", "recall": "no", "lock": "1"}, follow=True)
    yield client.get(f"{address}lock/")
    yield from responses_about_additional_views(client, address)
    yield client.get("/practice/performance/")


def responses_about_additional_views(client: Client, address: str) -> Iterator[Any]:
    """Asked for where the finding is and where nothing is, made with all that is known of them, and looked at."""
    for wish in ({"side": "L"}, {"side": "R"}, {"view": "lcc", "x": 160, "y": 190}, {"view": "rmlo", "x": 9, "y": 9}):
        yield ask(client, address, **wish)
        yield ask(client, address, **wish)
        services.make_next_view()
        yield client.get(f"{address}asked/")
    yield ask(client, address, view="lcc", x=-1, y=1)
    yield ask(client, address, view="lmcc", x=1, y=1)
    yield client.post(f"{address}asked/", {"what": "mark-truth"}, follow=True)
    AskedView.objects.update(shown_from=timezone.now())
    yield client.get(address)
    yield client.get(f"{address}asked/")
    for key in ("lml", "rml", "lmcc", "rmmlo"):
        yield client.get(f"{address}views/{key}/")
    yield send(client, address, view="lmcc", x=5)
    yield send(client, address, view="lml", x=COLUMNS + 1)


def test_no_answer_before_the_lock_holds_a_truth(client, study, no_pixels):
    address = begin(client)
    found = []
    for response in responses_before_the_lock(client, address):
        assert response.status_code < 500
        text = ALWAYS.sub("", response.content.decode()) + str(response.headers)
        found += [
            (response.request["PATH_INFO"], text[match.start() - 40 : match.end() + 20])
            for match in TRUTH.finditer(text)
        ]
    assert [each for each in found if each[0].startswith(address)] == []
    assert AskedRegion.objects.count() == 2
    assert not Reading.objects.exclude(locked_at=None).exists()


def neutral(page: str, study: Study, reading: Reading) -> str:
    """The page without what is by chance: keys, tokens, addresses of tiles."""
    for view in study.views.all():
        page = page.replace(view.tiles, f"tiles/{view.key}")
    return re.sub(r'(value|data-token)="[A-Za-z0-9]{64}"', "token", page.replace(reading.key, "key"))


def test_pages_of_all_kinds_are_the_same_before_the_lock(client, make_study):
    """Size, order and words of a page depend on nothing that is true of the study."""
    pages = set()
    for kind in ("suspicious", "benign", "normal"):
        study = make_study(kind)
        Study.objects.exclude(pk=study.pk).update(withdrawn_at="2026-01-01T00:00Z", withdrawn_because="Tested.")
        address = begin(client)
        reading = Reading.objects.get(study=study)
        pages.add(neutral(client.get(address).content.decode(), study, reading))
    assert len(pages) == 1


def test_addresses_of_readings_and_tiles_say_nothing(client, study):
    address = begin(client)
    assert re.fullmatch(r"/practice/[a-z2-9]{12}/", address)
    tiles = [view["tiles"] for view in data(client.get(address).content.decode())["views"]]
    assert all(re.fullmatch(r"/tiles/[0-9a-f]{32}/", each) for each in tiles)


# --- Bad input ----------------------------------------------------------------------------------------


def test_mark_is_put_changed_and_removed_by_the_viewer(client, study):
    address = begin(client)
    put = send(client, address, key="0123456789abcdef0123456789abcdef")
    mark = put.json()
    assert (put.status_code, mark) == (
        201,
        {
            "id": "0123456789abcdef0123456789abcdef",
            "view": "lcc",
            "x": 160.5,
            "y": 190.25,
            "confidence": 80,
            "morphology": "amorphous",
            "distribution": "grouped",
        },
    )
    # An answer that was lost on its way: the same again is the same mark.
    assert send(client, address, key=mark["id"]).json() == mark
    changed = send(client, address, id=mark["id"], x=10, confidence=5)
    assert (changed.status_code, changed.json()["x"], changed.json()["confidence"]) == (200, 10, 5)
    assert Mark.objects.count() == 1
    assert client.delete(f"{address}marks/{mark['id']}/").status_code == 204
    assert client.delete(f"{address}marks/{mark['id']}/").status_code == 404


@pytest.mark.parametrize(
    ("changes", "status", "sentence"),
    [
        ({"x": -1}, 400, "outside of the image"),
        ({"y": 1e9}, 400, "outside of the image"),
        ({"x": "here"}, 400, "x: Enter a number."),
        ({"view": "nothing"}, 400, "no such view"),
        ({"view": None}, 400, "view: This field is required."),
        ({"confidence": 101}, 400, "less than or equal to 100"),
        ({"morphology": "malignant"}, 400, "malignant is not one of the available choices"),
        ({"id": "nothing"}, 404, "is not there"),
    ],
)
def test_bad_mark_is_refused_with_the_reason(client, study, changes, status, sentence):
    address = begin(client)
    refused = send(client, address, **changes)
    assert refused.status_code == status
    assert sentence in refused.json()["error"]
    assert not Mark.objects.exists()


NO_FLOAT = '{"id": "", "key": "a", "view": "lcc", "confidence": 50, "y": 1, "x": 1' + 400 * "0" + "}"


@pytest.mark.parametrize("body", ["", "[]", "{", '"a"', "\x00", NO_FLOAT, NO_FLOAT * 12, 100_000 * "["])
def test_body_that_is_no_mark_is_refused(client, study, body):
    address = begin(client)
    refused = client.post(f"{address}marks/", body, content_type="application/json")
    assert (refused.status_code, list(refused.json())) == (400, ["error"])


def test_form_is_no_mark(client, study):
    address = begin(client)
    assert client.post(f"{address}marks/", {"view": "lcc", "x": "1", "y": "1"}).status_code == 400
    assert not Mark.objects.exists()


def test_same_place_twice_is_refused(client, study):
    address = begin(client)
    send(client, address)
    again = send(client, address)
    assert (again.status_code, again.json()) == (
        409,
        {"error": "You have a mark at this place already; that mark stands."},
    )
    assert Mark.objects.count() == 1


def test_nothing_is_taken_after_the_lock(client, study):
    address = begin(client)
    mark = send(client, address).json()
    lock(client, address)
    before = list(Mark.objects.values()), list(Reading.objects.values())
    for refused in (
        send(client, address, x=1),
        send(client, address, id=mark["id"], x=1),
        client.delete(f"{address}marks/{mark['id']}/"),
    ):
        assert refused.status_code == 409
        assert "stays as it was" in refused.json()["error"]
    assert "nothing was changed" in client.post(f"{address}answer/", {"category": "1"}, follow=True).content.decode()
    assert "was locked already" in client.post(f"{address}lock/", follow=True).content.decode()
    client.post(f"{address}marks/{mark['id']}/", {"remove": "1"})
    assert (list(Mark.objects.values()), list(Reading.objects.values())) == before


def test_reading_of_another_is_not_there(client, client_for, other_learner, study):
    address = begin(client)
    send(client, address)
    stranger, other = Client(), client_for(other_learner)
    assert other.get(address).status_code == 404
    assert stranger.get(address)["Location"] == f"/accounts/login/?next={address}"
    assert send(other, address, x=1).status_code == 404
    assert "Sign in again" in send(stranger, address, x=1).json()["error"]
    mark = Mark.objects.get()
    for someone, status in ((other, 404), (stranger, 403)):
        assert someone.delete(f"{address}marks/{mark.key}/").status_code == status
    for part in ("answer/", "lock/", "describe/"):
        assert other.post(f"{address}{part}").status_code == 404
    assert Mark.objects.count() == 1


def test_who_was_signed_out_in_mid_reading_signs_in_and_is_back_at_its_page(client, study):
    address = begin(client)
    key = send(client, address).json()["id"]
    stranger, sign_in = Client(), f"/accounts/login/?next={address}"
    for part in ("answer/", "describe/", f"marks/{key}/", "lock/"):
        sent = stranger.post(f"{address}{part}", {"remove": "1"})
        assert (sent.status_code, sent["Location"]) == (302, sign_in), part
    assert stranger.get(f"{address}marks/")["Location"] == sign_in
    listed = stranger.get(f"{address}marks/", headers={"HX-Request": "true"})
    assert (listed.status_code, listed["HX-Redirect"], listed.content) == (200, sign_in, b"")
    assert (send(stranger, address).status_code, Mark.objects.count()) == (403, 1)


def test_opening_an_address_that_takes_a_form_leads_to_the_reading(client, study):
    address = begin(client)
    key = send(client, address).json()["id"]
    for part in ("answer/", "describe/", f"marks/{key}/"):
        opened = client.get(f"{address}{part}", follow=True)
        assert (opened.status_code, opened.redirect_chain[-1][0].split("#")[0]) == (200, address), part
    assert Mark.objects.count() == 1


def test_study_that_is_withdrawn_in_mid_reading_is_said_plainly(client, study, admin):
    address = begin(client)
    send(client, address)
    answer(client, address)
    withdraw_study(study_id=study.pk, because="The key is wrong.", by=admin)
    assert "This study was withdrawn while you were reading it. Your reading is kept" in " ".join(
        client.get(address).content.decode().split()
    )
    assert send(client, address, x=1).status_code == 409
    assert "is kept as it is" in client.post(f"{address}lock/", follow=True).content.decode()
    assert (Mark.objects.count(), Reading.objects.get().is_locked) == (1, False)


def test_too_many_marks_are_refused(client, study):
    address = begin(client)
    reading, view = Reading.objects.get(), study.views.first()
    Mark.objects.bulk_create(
        Mark(reading=reading, view=view, key=f"k{number}", x=number, y=1, confidence=1) for number in range(MOST_MARKS)
    )
    refused = send(client, address)
    assert (refused.status_code, Mark.objects.count()) == (400, MOST_MARKS)


# --- Without a script ---------------------------------------------------------------------------------


def test_mark_in_words(client, study):
    address = begin(client)
    words = {"side": "L", "projection": "CC", "place": "upper-outer", "depth": "middle", "confidence": "70"}
    page = client.post(f"{address}describe/", words, follow=True).content.decode()
    assert "1. L CC</b>, Upper outer quadrant, middle third: not described" in page
    mark = Mark.objects.get()
    # The middle third of a breast from 220 to 0, and the half above the nipple.
    assert (mark.view.key, round(mark.x, 3), mark.y) == ("lcc", 110, 120)


def test_words_of_a_mark_are_changed_and_it_is_removed_by_forms(client, study):
    address = begin(client)
    key = send(client, address).json()["id"]
    said = {f"{key}-confidence": "10", f"{key}-morphology": "rim", f"{key}-distribution": ""}
    page = client.post(f"{address}marks/{key}/", said, follow=True).content.decode()
    assert "1. L CC</b>: Rim" in page
    client.post(f"{address}marks/{key}/", {"remove": "1"})
    assert not Mark.objects.exists()


def test_pictures_stand_in_the_page_with_marks_over_them(client, study):
    address = begin(client)
    send(client, address)
    page = client.get(address).content.decode()
    pictures = re.findall(r'<image href="(/tiles/[0-9a-f]{32}/fit\.webp)"', page)
    assert pictures == [f"/{study.views.get(key=key).tiles}/fit.webp" for key in ("rcc", "lcc", "rmlo", "lmlo")]
    assert re.search(r'transform="translate\(160\.5 190\.[23]\)"', page)
    assert client.get(f"{address}views/lcc/").content.decode().count("<img ") == 4


# --- Strangers ----------------------------------------------------------------------------------------


def test_each_stranger_has_an_order_of_studies_of_their_own(make_study):
    """From the first one on; the chance that twelve begin with the same of six is one in 300 million."""
    for _ in range(6):
        make_study(is_open=True)
    strangers = [Client() for _ in range(12)]
    for stranger in strangers:
        begin(stranger)
    assert Reading.objects.values("study").distinct().count() > 1
    assert "order_of_studies" not in Client().get("/practice/").client.session


def test_stranger_reads_before_anything_is_asked_and_keeps_it_on_signing_in(open_studies, study, client_for, learner):
    stranger = Client()
    seen = set()
    for _ in open_studies:
        address = begin(stranger)
        assert begin(stranger) == address
        assert "What is there" in lock(stranger, address)
        seen.add(Reading.objects.latest("pk").study_id)
    assert seen == {each.pk for each in open_studies}
    assert stranger.post(NEXT)["Location"] == "/practice/"
    assert "All others open with access" in stranger.get("/practice/").content.decode()
    assert "From 3 studies" in stranger.get("/practice/performance/").content.decode()
    stranger.post("/accounts/login/", {"login": learner.email, "password": "correct horse battery"})
    assert Reading.objects.filter(user=learner).count() == 3
    assert stranger.get(address).status_code == 200


def test_stranger_does_not_get_the_readings_of_another_stranger(open_studies):
    address = begin(Client())
    assert Client().get(address).status_code == 302


def test_who_lost_access_keeps_what_was_read(client, study, learner_with_access):
    address = begin(client)
    lock(client, address)
    second = begin(client)
    learner_with_access.access_grants.update(revoked_at="2026-01-01T00:00Z")
    assert client.get(address).status_code == 200
    closed = client.get(second)
    assert (closed.status_code, "Your reading is kept" in closed.content.decode()) == (403, True)
    assert send(client, second).status_code == 403


# --- How much the server does -------------------------------------------------------------------------


@pytest.mark.parametrize("marks", [1, 3])
def test_pages_ask_the_same_few_questions(client, study, marks, django_assert_num_queries):
    address = begin(client)
    for number in range(marks):
        send(client, address, x=number)
    client.get(address)
    with django_assert_num_queries(8):
        client.get(address)
    lock(client, address)
    with django_assert_num_queries(9):
        client.get(address)


@pytest.mark.parametrize("studies", [1, 3])
def test_practice_and_performance_ask_the_same_few_questions(client, make_study, studies, django_assert_num_queries):
    for number in range(studies):
        make_study(("suspicious", "benign", "normal")[number])
        lock(client, begin(client))
    with django_assert_num_queries(12):
        client.get("/practice/")
    with django_assert_num_queries(8):
        client.get("/practice/performance/")
