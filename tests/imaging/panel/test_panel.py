"""Real or synthetic: drawn in equal number, asked one by one, told to nobody before it is closed."""

import re

import pytest
from django.test import Client

from imaging.models import Panel, PanelAnswer, PanelImage, Study
from imaging.panel import errors, services
from imaging.panel.queries import NEEDED, get_result, get_turn
from tests.imaging.conftest import REAL
from tests.imaging.reading.test_services import at_once


@pytest.fixture
def holdings(make_study) -> None:
    for source in (REAL, {}):
        for _ in range(NEEDED):
            make_study("normal", **source)


@pytest.fixture
def panel(holdings, admin) -> Panel:
    return services.open_panel(by=admin)


@pytest.fixture
def client(client_for, learner_with_access) -> Client:
    return client_for(learner_with_access)


def text(answer) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", answer.content.decode()).split())


def answer_all(user, panel: Panel, *, knows: bool) -> None:
    for image in panel.images.all():
        says = image.is_real if knows else not image.is_real
        services.answer_image(user=user, image=image, says_real=says, confidence=90, because="The noise.")


# --- Opening and closing ------------------------------------------------------------------------------


def test_without_real_studies_no_panel_opens_and_the_studio_says_so(client_for, admin, make_study):
    make_study("normal")
    desk = client_for(admin)
    shown = text(desk.get("/studio/panel/"))
    assert (
        "needs at least 20 real studies and 20 synthetic ones. The academy holds 0 real ones and 1 synthetic" in shown
    )
    assert "nothing can be claimed of how real the synthetic ones look" in shown
    assert "Open a panel" not in shown
    refused = text(desk.post("/studio/panel/open/", follow=True))
    assert "A panel needs at least 20 real studies" in refused
    assert not Panel.objects.exists()


def test_one_panel_is_open_at_a_time_and_is_drawn_in_equal_number(client_for, admin, holdings):
    desk = client_for(admin)
    assert "in an order of their own" in text(desk.get("/studio/panel/open/"))
    assert "The panel is open." in text(desk.post("/studio/panel/open/", follow=True))
    images = PanelImage.objects.all()
    assert (images.filter(is_real=True).count(), images.filter(is_real=False).count()) == (NEEDED, NEEDED)
    assert images.values("view__study").distinct().count() == 2 * NEEDED
    with pytest.raises(errors.PanelOpenAlready):
        services.open_panel(by=admin)
    assert "The panel is closed." in text(desk.post("/studio/panel/close/", follow=True))
    assert "No panel is open now." in text(desk.post("/studio/panel/close/", follow=True))
    assert Panel.objects.get().closed_at


def test_studies_of_lessons_and_withdrawn_ones_are_not_drawn(holdings, admin):
    Study.objects.filter(source="real").update(purpose="course")
    with pytest.raises(errors.TooFewStudies, match="holds 0 real ones and 20 synthetic ones"):
        services.open_panel(by=admin)


# --- Answering ----------------------------------------------------------------------------------------


def test_reader_is_asked_one_image_after_the_other(client, panel, learner_with_access):
    shown = client.get("/panel/")
    assert "Image 1 of 40" in text(shown)
    address = re.search(r'action="(/panel/\d+/)"', shown.content.decode())[1]
    assert client.get(address).content.decode().count("<img ") == 4
    bad = client.post(address, {"says": "real", "confidence": "49", "because": ""})
    assert (bad.status_code, PanelAnswer.objects.count()) == (422, 0)
    said = {"says": "synthetic", "confidence": "80", "because": "The vessels end."}
    assert "Image 2 of 40" in text(client.post(address, said, follow=True))
    # Another tab: what was said first stands.
    client.post(address, {**said, "says": "real"})
    answer = PanelAnswer.objects.get()
    assert (answer.says_real, answer.confidence, answer.because) == (False, 80, "The vessels end.")
    # Leaving and coming back.
    again = client.get("/panel/").content.decode()
    assert (address in again, "Image 2 of 40" in again) == (False, True)


def test_page_is_the_same_for_a_real_and_a_synthetic_image(client, panel, learner_with_access):
    pages = set()
    for is_real in (True, False):
        PanelAnswer.objects.all().delete()
        images = panel.images.filter(is_real=not is_real)
        PanelAnswer.objects.bulk_create(
            PanelAnswer(image=image, user=learner_with_access, says_real=True, confidence=50, because="A guess.")
            for image in images
        )
        image = get_turn(learner_with_access, panel).image
        assert image.is_real is is_real
        page = client.get("/panel/").content.decode()
        page = page.replace(image.view.tiles, "tiles").replace(f"/panel/{image.pk}/", "image")
        pages.add(re.sub(r'(value|data-token)="[A-Za-z0-9]{64}"', "", page))
    assert len(pages) == 1


def test_who_is_done_is_told_how_many_and_not_which(client, panel, learner_with_access):
    answer_all(learner_with_access, panel, knows=True)
    assert "You told 40 of 40 images rightly" in text(client.get("/panel/"))


def test_panel_is_for_readers_with_access_while_it_is_open(client, client_for, learner, panel, admin):
    image = panel.images.first()
    closed = client_for(learner)
    assert "open to readers with access" in text(closed.get("/panel/"))
    assert closed.get(f"/panel/{image.pk}/").status_code == 404
    services.close_panel(by=admin)
    assert "No panel is open now." in text(client.get("/panel/"))
    assert client.post(f"/panel/{image.pk}/", {"says": "real"}).status_code == 404
    with pytest.raises(errors.NoPanelOpen):
        services.answer_image(user=learner, image=image, says_real=True, confidence=50, because="Late.")
    assert not PanelAnswer.objects.exists()


# --- What it comes to ---------------------------------------------------------------------------------


def test_studio_reports_the_area_with_interval_and_reasons(
    client_for, admin, panel, learner_with_access, other_learner
):
    answer_all(learner_with_access, panel, knows=True)
    answer_all(other_learner, panel, knows=False)
    third = panel.images.first()
    services.answer_image(user=admin, image=third, says_real=True, confidence=50, because="=SUM(1)")
    result = get_result(panel)
    assert (result.area.value, result.area.readers, result.under_way, result.answers) == (0.5, 2, 1, 81)
    desk = client_for(admin)
    shown = text(desk.get("/studio/panel/"))
    assert "Area under the curve: 0.50." in shown
    assert "95 percent interval 0.00 to 1.00" in shown
    assert "Readers who answered about every image: 2; still under way, and not counted: 1." in shown
    assert "The noise." in shown
    file = b"".join(desk.get("/studio/panel/?export=csv").streaming_content).decode("utf-8-sig")
    assert len(file.splitlines()) == 82
    assert "'=SUM(1)" in file
    assert learner_with_access.email not in file


@pytest.mark.parametrize("answered", [1, 3])
def test_page_asks_the_same_few_questions(client, panel, learner_with_access, answered, django_assert_num_queries):
    for image in panel.images.all()[:answered]:
        services.answer_image(user=learner_with_access, image=image, says_real=True, confidence=60, because="Noise.")
    client.get("/panel/")
    with django_assert_num_queries(6):
        client.get("/panel/")


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_two_who_open_a_panel_at_once_open_one(make_study, admin):
    for number in range(2 * NEEDED):
        make_study("normal", **(REAL if number % 2 else {}))
    outcomes = at_once(*[lambda: services.open_panel(by=admin)] * 3)
    assert outcomes.count(errors.PanelOpenAlready) == 2
    assert PanelImage.objects.count() == 2 * NEEDED
