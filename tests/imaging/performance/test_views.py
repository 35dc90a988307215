"""A reader's own figures: together, with n, and a curve only where it says something."""

import re

import pytest
from django.core.cache import caches
from django.test import Client

from imaging.performance.queries import get_performance
from imaging.reading import services
from imaging.reading.queries import Reader
from imaging.reading.services import Description
from imaging.scoring.areas import FEWEST_CASES
from imaging.studies.services import withdraw_study

PAGE = "/practice/performance/"


def read(reader: Reader, *, recall: bool, hit: bool = False) -> None:
    reading = services.start_reading(reader=reader)
    if hit:
        services.put_mark(
            reading=reading, view="lcc", x=160, y=190, description=Description(90, "amorphous", "segmental")
        )
    services.answer_reading(reading=reading, category="4B" if recall else "1", recall=recall)
    services.lock_reading(reading=reading)


def text(client: Client) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", client.get(PAGE).content.decode()).split())


def test_sensitivity_and_specificity_stand_together_with_n(client_for, make_study, learner_with_access):
    reader = Reader(learner_with_access)
    for kind, recall in (("suspicious", True), ("suspicious", False), ("normal", False), ("benign", True)):
        study = make_study(kind)
        read(reader, recall=recall, hit=kind == "suspicious" and recall)
        type(study).objects.filter(pk=study.pk).update(status="waiting")
    shown = text(client_for(learner_with_access))
    assert re.search("Sensitivity Recalled, of the studies that warrant recall.*? 50 9 to 91 1 of 2", shown)
    assert re.search("Specificity Not recalled.*? 50 9 to 91 1 of 2", shown)
    assert re.search("Lesion sensitivity Marked within 5 mm.*? 50 9 to 91 1 of 2", shown)
    assert "never a measure of clinical skill" in shown
    # Of the words of the one finding that was marked: another group, and the same distribution.
    assert "Form 0 percent of the credit, n = 1 findings." in shown
    assert "Distribution 100 percent of the credit, n = 1 findings." in shown
    assert re.search("Fine linear or branching 1 0 amorphous 1", shown)
    assert "You have read 2 and 2. That leaves 18 more that warrant recall and 18 others." in shown
    assert "You have made 1: 19 more." in shown
    assert "It is drawn from two blocks of 20 studies: 36 more." in shown
    assert "You are placed once you have read 20 studies that warrant recall and 20 others." in shown


def test_before_the_first_reading(client_for, learner):
    shown = text(client_for(learner))
    assert "Nothing yet: figures come with the first study that you lock." in shown
    assert "Sensitivity" not in shown


def test_curve_is_drawn_from_twenty_and_twenty(client_for, make_study, learner_with_access):
    reader = Reader(learner_with_access)
    caches["pages"].clear()
    for number in range(FEWEST_CASES):
        for kind in ("suspicious", "normal"):
            study = make_study(kind)
            read(reader, recall=kind == "suspicious", hit=kind == "suspicious" and number % 2 == 0)
            type(study).objects.filter(pk=study.pk).update(status="waiting")
        if number == FEWEST_CASES - 2:
            assert "<polyline" not in client_for(learner_with_access).get(PAGE).content.decode()
    page = client_for(learner_with_access).get(PAGE).content.decode()
    assert page.count('<polyline class="w"') == 2
    # Of two whole blocks, the trend of either share.
    assert page.count('<polyline class="thin"') == 2
    assert "At least 10 other readers with 20 and 20 studies are needed" in " ".join(page.split())
    assert "ROC 0.75" in page
    assert "from 20 studies that warrant recall and 20 others." in " ".join(page.split())


def test_second_readings_and_withdrawn_studies_count_in_no_figure(make_study, learner_with_access, admin):
    reader = Reader(learner_with_access)
    study = make_study("suspicious")
    read(reader, recall=False)
    read(reader, recall=True)
    assert get_performance(reader).shares.sensitivity.count == 0
    assert get_performance(reader).shares.cases == 1
    withdraw_study(study_id=study.pk, because="The key is wrong.", by=admin)
    assert get_performance(reader).shares.cases == 0


def test_what_no_view_shows_counts_nowhere(client_for, study, learner_with_access):
    study.truths.get().findings.get().regions.update(is_visible=False)
    read(Reader(learner_with_access), recall=False)
    shares = get_performance(Reader(learner_with_access)).shares
    assert (shares.cases, shares.sensitivity.n) == (0, 0)
    client = client_for(learner_with_access)
    assert "Nothing yet. Studies left out because no view shows their finding: 1." in text(client)
    practice = client.get("/practice/").content.decode()
    assert ("not counted" in practice, "recall not right" in practice) == (True, False)
    study.truths.get().findings.get().regions.filter(view__key="lcc").update(is_visible=True)
    assert "recall not right" in client.get("/practice/").content.decode()


@pytest.mark.parametrize("address", [PAGE])
def test_figures_of_others_are_not_shown(client_for, study, learner_with_access, other_learner, address):
    read(Reader(learner_with_access), recall=True)
    assert "Nothing yet" in text(client_for(other_learner))
