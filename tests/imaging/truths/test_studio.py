"""The studio's screens of truths, without a script, and what the script is answered."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from imaging.models import Finding, Mark, Opinion, Reading, Region, Study, Truth
from imaging.reading.queries import Reader
from imaging.reading.services import answer_reading, lock_reading, start_reading
from imaging.studies.services import withdraw_study
from imaging.truths import services
from imaging.truths.drafts import Draft
from tests.conftest import make_user
from tests.html import squeezed
from tests.imaging.conftest import REASON, SQUARE
from tests.imaging.truths.conftest import DRAFT, FINDING, TRIANGLE, change


@pytest.fixture
def desk(client_for, author) -> Client:
    return client_for(author)


@pytest.fixture
def publisher(client_for, reviewer) -> Client:
    return client_for(reviewer)


def text(answer) -> str:
    soup = BeautifulSoup(answer.content, "html.parser")
    return spaced(soup.main or soup)


def spaced(tag: Any) -> str:
    """With a blank between elements, which a page shows beside or below each other."""
    return squeezed(tag.get_text(" "))


def fields_of(answer) -> dict[str, str]:
    """What the page's form would send as it stands."""
    form = BeautifulSoup(answer.content, "html.parser").select_one("form[data-opinion]")
    assert form
    return dict(_sent_by(form))


def _sent_by(form: Any) -> Iterator[tuple[str, str]]:
    for blank in form.select("template"):
        blank.decompose()
    for field in form.select("input, textarea, select"):
        if field.name == "textarea":
            yield field["name"], field.text.strip("\n")
        elif field.name == "select":
            chosen = field.select_one("option[selected]")
            yield field["name"], chosen["value"] if chosen else ""
        elif field.get("type") not in ("checkbox", "radio") or field.has_attr("checked"):
            yield field["name"], field.get("value", "on" if field.get("type") in ("checkbox", "radio") else "")


GIVEN = {
    "f0-morphology": "amorphous",
    "f0-distribution": "grouped",
    "f0-warrants_recall": "yes",
    "f0-reason": FINDING.reason,
    "f0-next_time": FINDING.next_time,
    "f0-shape_lcc": TRIANGLE,
    "f0-shape_lmlo": "ellipse 150,200 20,10",
    "recall": "yes",
    "category_4B": "on",
    "because_4B": "Amorphous and grouped.",
}


def begin(client: Client, study: Study, **sent: str) -> str:
    """The address of the draft."""
    return client.post(f"/studio/truths/{study.pk}/begin/", sent)["Location"]


# --- Drawing ------------------------------------------------------------------------------------------


def test_opinion_is_written_as_a_form_without_a_script_and_handed_in(desk, study, author):
    address = begin(desk, study)
    sent = {**fields_of(desk.get(address)), **GIVEN}
    del sent["f0-visible_lmlo"]
    saved = desk.post(address, sent, follow=True)
    assert "Saved. You can leave and come back." in text(saved)
    opinion = Opinion.objects.get()
    assert (opinion.author, Draft.from_dict(opinion.content)) == (author, DRAFT)
    # What stands in the page is what was saved, and is sent again unchanged; a row for one more finding stays empty.
    again = fields_of(saved)
    assert again["f0-shape_lmlo"] == "ellipse 150,200 20,10"
    assert "f0-visible_lmlo" not in again
    assert "f1-morphology" in again
    handed_in = desk.post(address, {**again, "hand_in": "1"}, follow=True)
    assert "Your opinion is handed in." in text(handed_in)
    opinion.refresh_from_db()
    assert opinion.is_handed_in
    assert Draft.from_dict(opinion.content) == DRAFT


def test_outline_in_words(desk, study):
    address = begin(desk, study)
    place = {"f0-words_view": "lcc", "f0-words_place": "upper-outer", "f0-words_depth": "middle", "f0-words_mm": "20"}
    sent = {**fields_of(desk.get(address)), **GIVEN, "f0-shape_lcc": "", **place}
    desk.post(address, sent)
    region = Draft.from_dict(Opinion.objects.get().content).findings[0].regions[0]
    # The middle third of a breast from 220 to 0, and the half above the nipple; 20 mm are 40 pixels.
    assert (region.view, region.shape) == ("lcc", "ellipse 110.0,120.0 20.0,20.0")
    half = desk.post(address, {**fields_of(desk.get(address)), **place, "f0-words_mm": ""})
    assert half.status_code == 422
    assert "An outline in words needs view, place, depth and diameter." in text(half)


def test_finding_is_removed_and_one_is_added(desk, study):
    address = begin(desk, study)
    sent = {**fields_of(desk.get(address)), **GIVEN}
    desk.post(address, sent)
    second = {name.replace("f0-", "f1-"): value for name, value in GIVEN.items() if name.startswith("f0-")}
    sent = {**fields_of(desk.get(address)), **second, "f1-morphology": "round"}
    desk.post(address, sent)
    sent = {**fields_of(desk.get(address)), "f0-is_gone": "on"}
    desk.post(address, sent)
    assert [each.morphology for each in Draft.from_dict(Opinion.objects.get().content).findings] == ["round"]


def test_script_saves_by_the_same_form(desk, study):
    address = begin(desk, study)
    sent = {**fields_of(desk.get(address)), **GIVEN, "because_4B": ""}
    saved = desk.post(address, sent, headers={"Accept": "application/json"})
    assert saved.json() == {"seen": 1, "gaps": ["Say why category 4B is acceptable."]}
    stale = desk.post(address, {**sent, "recall": "no"}, headers={"Accept": "application/json"})
    assert (stale.status_code, "in another window" in stale.json()["errors"][0]) == (409, True)
    bad = desk.post(
        address, {**sent, "seen": "1", "f0-shape_lcc": "0,0 9,9 9,0 0,9"}, headers={"Accept": "application/json"}
    )
    assert (bad.status_code, bad.json()) == (
        422,
        {"errors": ["Finding 1, L CC: The outline crosses or touches itself."]},
    )
    unknown = desk.post(
        address, {**sent, "seen": "1", "f0-morphology": "cancer"}, headers={"Accept": "application/json"}
    )
    assert "cancer is not one of the available choices" in unknown.json()["errors"][0]
    assert Draft.from_dict(Opinion.objects.get().content).recall is True
    assert Opinion.objects.get().edits == 1


def test_what_was_refused_stands_in_the_page(desk, study):
    address = begin(desk, study)
    sent = {**fields_of(desk.get(address)), **GIVEN, "f0-shape_lcc": "0,0 9,0 999,9"}
    refused = desk.post(address, sent)
    assert refused.status_code == 422
    assert "Nothing was saved." in text(refused)
    assert "Finding 1, L CC: The outline reaches outside of the image." in text(refused)
    assert fields_of(refused)["f0-shape_lcc"] == "0,0 9,0 999,9"
    assert Opinion.objects.get().edits == 0


@pytest.mark.parametrize("broken", [{"count": "x"}, {"count": "999"}, {"seen": ""}])
def test_form_that_cannot_be_read_changes_nothing(desk, study, broken):
    address = begin(desk, study)
    refused = desk.post(address, {**fields_of(desk.get(address)), **GIVEN, **broken})
    assert refused.status_code == 422
    assert Opinion.objects.get().edits == 0


def test_somebody_elses_draft_is_refused_with_the_reason(desk, publisher, study):
    address = begin(desk, study)
    sent = {**fields_of(desk.get(address)), **GIVEN}
    opened = publisher.get(address, follow=True)
    assert (opened.redirect_chain[0][0], "the draft of a colleague" in opened.content.decode()) == (
        f"/studio/truths/{study.pk}/",
        True,
    )
    refused = publisher.post(address, sent, headers={"Accept": "application/json"})
    assert refused.status_code == 403
    publisher.post(f"{address}".replace("/draw/", "/hand-in/"))
    publisher.post(f"{address}".replace("/draw/", "/take-back/"))
    opinion = Opinion.objects.get()
    assert (opinion.edits, opinion.is_handed_in) == (0, False)
    # And by the address of another study it is not there.
    assert desk.get(address.replace(f"/{study.pk}/", "/999999/")).status_code == 404


def test_experts_see_others_once_their_own_is_handed_in(desk, study, author, reviewer, hand_in, client_for):
    hand_in(study, reviewer)
    before = desk.get(f"/studio/truths/{study.pk}/")
    assert "1 opinion is handed in. You see it once yours is" in text(before)
    assert FINDING.reason not in before.content.decode()
    assert TRIANGLE not in before.content.decode()
    assert "Rita Reviewer" not in text(before)
    hand_in(study, author, change(morphology="round"))
    after = text(desk.get(f"/studio/truths/{study.pk}/"))
    assert "A Rita Reviewer" in after
    assert "Overlap (Dice)" in after


# --- Agreement ----------------------------------------------------------------------------------------


def test_agreement_of_two_experts_on_a_study(publisher, study, author, reviewer, hand_in):
    hand_in(study, author)
    hand_in(study, reviewer, change(morphology="round", regions=FINDING.regions[:1]))
    page = publisher.get(f"/studio/truths/{study.pk}/")
    row = BeautifulSoup(page.content, "html.parser").select_one("table.listing tbody tr")
    # The triangle is the same, 200 square mm·4; the ellipse of 48 corners was drawn by one alone.
    ellipse = 20 * 10 * 48 / 2 * 0.13052619222005157
    assert [spaced(cell) for cell in row.select("td")] == [
        "L: Amorphous, grouped",
        "Round and punctate, grouped",
        f"{1600 / (1600 + ellipse):.2f} L CC 1.00 L MLO 0.00",
        "other",
        "same",
        "same",
    ]
    data = json.loads(
        re.search(r'<script id="study" type="application/json">(.*?)</script>', page.content.decode(), re.DOTALL)[1]
    )
    assert [(each["label"], each["view"], each["sign"]) for each in data["truth"]] == [
        ("A Amorphous, grouped", "lcc", "sign-0"),
        ("A Amorphous, grouped", "lmlo", "sign-0"),
        ("B Round and punctate, grouped", "lcc", "sign-1"),
    ]


def test_kappa_over_studies_is_shown_when_there_are_enough(publisher, make_study, author, reviewer, hand_in):
    assert "No two experts" in text(publisher.get("/studio/truths/agreement/"))
    calm = Draft((), recall=False, categories=DRAFT.categories)
    for number in range(20):
        study = make_study()
        hand_in(study, author, DRAFT if number < 10 else calm)
        hand_in(study, reviewer, DRAFT if number < 8 else calm)
        if number == 18:
            assert "1 study more is needed" in text(publisher.get("/studio/truths/agreement/"))
    # 18 of 20 agree; by chance 0.5·0.4 + 0.5·0.6 = 0.5.
    assert "20 18 0.80" in text(publisher.get("/studio/truths/agreement/"))


def test_consensus_takes_of_each_finding_the_one_that_was_chosen(publisher, study, author, reviewer, hand_in):
    hand_in(study, author)
    other = change(morphology="round", regions=(FINDING.regions[0],))
    lone = change(morphology="rim", regions=(FINDING.regions[0].__class__("rcc", "10,10 20,10 20,20"),))
    hand_in(study, reviewer, Draft((*other.findings, *lone.findings), recall=True, categories=DRAFT.categories))
    address = f"/studio/truths/{study.pk}/consensus/"
    page = text(publisher.get(address))
    assert (
        "Finding 1 A, Author: L, Amorphous, grouped B, Rita Reviewer: L, Round and punctate, grouped Leave it out"
        in page
    )
    assert publisher.post(address, {"thing_1": "Z", "case": "A"}).status_code == 422
    assert not Opinion.objects.filter(kind="consensus").exists()
    made = publisher.post(address, {"thing_1": "B", "thing_2": "none", "case": "A"}, follow=True)
    assert "This is your consensus." in text(made)
    consensus = Opinion.objects.get(kind="consensus")
    assert [each.morphology for each in Draft.from_dict(consensus.content).findings] == ["round"]
    # It is changed like any draft, and published.
    sent = {**fields_of(made), "f0-distribution": "linear"}
    publisher.post(made.redirect_chain[-1][0], sent)
    publish = f"/studio/truths/{study.pk}/publish/{consensus.pk}/"
    assert "Version 2 is published." in text(
        publisher.post(publish, {"because": "Both looked again.", "seen": "1"}, follow=True)
    )
    finding = Truth.objects.get(version=2).findings.get()
    assert (finding.morphology, finding.distribution) == ("round", "linear")


# --- Publishing ---------------------------------------------------------------------------------------


def test_publishing_says_what_follows_and_asks_why(desk, publisher, study, author, hand_in):
    opinion = hand_in(study, author)
    address = f"/studio/truths/{study.pk}/publish/{opinion.pk}/"
    asked = text(publisher.get(address))
    assert "L, Fine linear or branching, segmental: “amorphous” instead of “fine linear or branching”." in asked
    assert "L, Fine linear or branching, segmental: not visible in L MLO any more." in asked
    assert "Category 4B is acceptable now. Category 4C is not acceptable any more." in asked
    assert "A version cannot be changed or taken back" in asked
    assert publisher.post(address, {"because": "", "seen": "1"}).status_code == 422
    assert desk.post(address, {"because": "I want it.", "seen": "1"}).status_code == 302
    assert Truth.objects.count() == 1
    shown = text(publisher.post(address, {"because": "The form was wrong.", "seen": "1"}, follow=True))
    assert "Version 2 is published." in shown
    assert "Version 2 current Published by Rita Reviewer" in shown
    assert "Why: The form was wrong." in shown
    stale = publisher.post(address, {"because": "Once more.", "seen": "1"}, follow=True)
    assert "Version 2 was published since you opened this page." in text(stale)
    assert Truth.objects.count() == 2


def test_list_begins_with_what_needs_a_truth(desk, study, make_study, author, reviewer, hand_in):
    make_study("normal")
    bare = make_study("normal")
    Truth.objects.filter(study=bare).delete()
    hand_in(study, reviewer)
    begin(desk, study)
    rows = BeautifulSoup(desk.get("/studio/truths/").content, "html.parser").select("table.listing tbody tr")
    told = [[spaced(cell) for cell in row.select("td")] for row in rows]
    assert told[0] == [str(bare), "Synthetic", "Needs a truth", "No opinion", ""]
    assert told[1] == [str(study), "Synthetic", "Version 1", "1 opinion", "Begun"]
    assert len(told) == 3
    assert "needs a truth: nobody is given it" in text(desk.get(f"/studio/truths/{bare.pk}/"))


def test_withdrawn_study_can_be_looked_at_and_not_drawn(desk, study, admin):
    withdraw_study(study_id=study.pk, because="The images are wrong.", by=admin)
    assert "withdrawn: The images are wrong." in text(desk.get(f"/studio/truths/{study.pk}/"))
    refused = desk.post(f"/studio/truths/{study.pk}/begin/", follow=True)
    assert "Nothing was changed." in text(refused)
    assert not Opinion.objects.exists()


# --- Learners, afterwards -----------------------------------------------------------------------------


@pytest.fixture
def old_reading(study, learner_with_access) -> Reading:
    reading = start_reading(reader=Reader(learner_with_access))
    answer_reading(reading=reading, category="4C", recall=True)
    return lock_reading(reading=reading)


def test_reader_of_an_old_version_is_told_what_changed(
    old_reading, study, author, reviewer, hand_in, client_for, learner_with_access, django_assert_num_queries
):
    client = client_for(learner_with_access)
    assert "stands now" not in text(client.get(old_reading.get_absolute_url()))
    opinion = hand_in(study, author, change(reason="Only the new key knows."))
    services.publish_truth(opinion_id=opinion.pk, because="The form was wrong.", seen=1, by=reviewer)
    with django_assert_num_queries(13):
        page = client.get(old_reading.get_absolute_url())
    told = text(page)
    assert "Judged by version 1; version 2 of the truth stands now" in told
    assert "Why it was changed: The form was wrong." in told
    assert "segmental: “amorphous” instead of “fine linear or branching”." in told
    # What judged it is still explained, and both are drawn.
    assert REASON in told
    data = json.loads(
        re.search(r'<script id="study" type="application/json">(.*?)</script>', page.content.decode(), re.DOTALL)[1]
    )
    assert [(each["view"], each.get("sign")) for each in data["truth"]] == [
        ("lcc", None),
        ("lmlo", None),
        ("lcc", "newer"),
        ("lmlo", "newer"),
    ]
    assert [each["polygon"] for each in data["truth"]][0::2] == [SQUARE, [[100, 100], [140, 100], [100, 140]]]
    assert 'class="keyed newer"' in page.content.decode()


def test_reader_of_the_new_version_gets_its_reason_and_advice(
    study, author, reviewer, hand_in, client_for, learner_with_access
):
    services.publish_truth(opinion_id=hand_in(study, author).pk, because="Anew.", seen=1, by=reviewer)
    reading = start_reading(reader=Reader(learner_with_access))
    answer_reading(reading=reading, category="4B", recall=True)
    client = client_for(learner_with_access)
    before = client.get(reading.get_absolute_url()).content.decode()
    for secret in (FINDING.reason, FINDING.next_time, TRIANGLE, "140.0"):
        assert secret not in before
    lock_reading(reading=reading)
    told = text(client.get(reading.get_absolute_url()))
    assert FINDING.reason in told
    assert f"What to look for next time {FINDING.next_time}" in told


# --- Preview ------------------------------------------------------------------------------------------


def test_preview_tells_what_a_learner_is_told_and_keeps_nothing(desk, study, author, reviewer, hand_in):
    services.publish_truth(opinion_id=hand_in(study, author).pk, because="Anew.", seen=1, by=reviewer)
    address = f"/studio/truths/{study.pk}/preview/"
    asked = desk.get(address).content.decode()
    for secret in (FINDING.reason, FINDING.next_time, "100,100", "amorphous and grouped"):
        assert secret not in asked
    mark = {"view": "lcc", "x": 110, "y": 110, "confidence": 80, "morphology": "amorphous", "distribution": "linear"}
    kept = desk.post(f"{address}marks/", json.dumps({**mark, "key": "abc"}), content_type="application/json")
    assert (kept.status_code, kept.json()) == (201, {"id": "abc", **mark})
    assert desk.delete(f"{address}marks/abc/").status_code == 204
    marks = json.dumps([{**mark, "key": "abc", "id": None, "name": "Mark 1"}, {"view": "nothing"}, 7])
    told = desk.post(address, {"category": "4B", "recall": "yes", "marks": marks})
    shown = text(told)
    assert "Recall: right" in shown
    assert "1. L CC: on a finding that warrants recall" in shown
    assert FINDING.reason in shown
    assert "Nothing was kept" in shown
    assert (Reading.objects.count(), Mark.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        ({"category": "4B"}, "Give the study a category"),
        ({"category": "9", "recall": "yes"}, "9 is not one of the available choices"),
        ({"category": "1", "recall": "no", "marks": "[{"}, ""),
        ({"category": "1", "recall": "no", "marks": '{"a": 1}'}, ""),
        ({"category": "1", "recall": "no", "marks": '[{"x": 1' + 400 * "0" + "}]"}, ""),
        ({"category": "1", "recall": "no", "marks": 100_000 * "["}, ""),
    ],
)
def test_preview_says_what_it_lacks(desk, study, sent, reason):
    answer = desk.post(f"/studio/truths/{study.pk}/preview/", sent)
    assert answer.status_code == (422 if reason else 200)
    assert reason in text(answer)
    assert not Reading.objects.exists()


def test_preview_needs_a_truth(desk, study):
    Region.objects.all().delete()
    Finding.objects.all().delete()
    Truth.objects.all().delete()
    assert "Only a study with a truth" in text(desk.get(f"/studio/truths/{study.pk}/preview/", follow=True))


# --- How much the server does -------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3])
def test_pages_ask_the_same_few_questions(publisher, make_study, reviewer, hand_in, count, django_assert_num_queries):
    study = make_study()
    for number in range(count):
        make_study()
        opinion = hand_in(study, make_user(f"expert{number}@example.org"), change(reason=f"Reason {number}."))
        services.publish_truth(opinion_id=opinion.pk, because="Anew.", seen=number + 1, by=reviewer)
    address = f"/studio/truths/{study.pk}/"
    publisher.get(address)
    with django_assert_num_queries(16):
        publisher.get(address)
    with django_assert_num_queries(5):
        publisher.get("/studio/truths/results/")
