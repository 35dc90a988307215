"""Opinions and versions: who may do what, what is refused, and that nothing is half in."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial

import pytest
from django.db import IntegrityError, connection, transaction
from wagtail.models import ModelLogEntry

from accounts.leaving import cut_ties
from imaging.errors import ImagingError
from imaging.models import Finding, Opinion, Reading, Region, Study, Truth
from imaging.reading.queries import Reader
from imaging.reading.services import answer_reading, lock_reading, start_reading
from imaging.studies.services import withdraw_study
from imaging.truths import services
from imaging.truths.drafts import Draft, DraftCategory, DraftRegion
from imaging.truths.errors import (
    BadDraft,
    HandedIn,
    NotComplete,
    NotHandedIn,
    NothingChanged,
    NotYours,
    ProvenMalignant,
    PublishedSince,
    SavedElsewhere,
    StudyNotOpen,
)
from imaging.truths.queries import list_versions, read_truth
from tests.conftest import make_user
from tests.imaging.truths.conftest import DRAFT, FINDING, TRIANGLE, change


@pytest.fixture
def opinion(study, author) -> Opinion:
    return services.begin_opinion(study_id=study.pk, by=author)


def save(opinion: Opinion, draft: Draft = DRAFT, seen: int | None = None) -> Opinion:
    by = opinion.author
    assert by
    opinion.refresh_from_db()
    return services.save_opinion(
        opinion_id=opinion.pk, draft=draft, seen=opinion.edits if seen is None else seen, by=by
    )


def rows() -> list[object]:
    """All that is kept of truths."""
    return [list(model.objects.order_by("pk").values()) for model in (Opinion, Truth, Finding, Region)]


def logged(study: Study) -> list[str]:
    return list(ModelLogEntry.objects.filter(object_id=str(study.pk)).order_by("pk").values_list("action", flat=True))


# --- Opinions -----------------------------------------------------------------------------------------


def test_opinion_begins_empty_and_once(study, author, opinion):
    assert Draft.from_dict(opinion.content) == Draft()
    save(opinion)
    again = services.begin_opinion(study_id=study.pk, by=author, from_current=True)
    assert (again, Draft.from_dict(again.content)) == (opinion, DRAFT)
    assert logged(study) == ["imaging.begin_opinion"]


def test_opinion_begins_as_the_current_version_says(study, author):
    """And may be saved as it is."""
    opinion = services.begin_opinion(study_id=study.pk, by=author, from_current=True)
    draft = Draft.from_dict(opinion.content)
    assert draft == read_truth(Truth.objects.get(study=study))
    assert [region.shape for region in draft.findings[0].regions] == ["150,180 170,180 170,200 150,200"] * 2
    save(opinion, draft)


@pytest.mark.parametrize(
    ("draft", "fault"),
    [
        (change(regions=(DraftRegion("lcc", "0,0 9,0"),)), "Finding 1, L CC: An outline needs three corners or more."),
        (change(regions=(DraftRegion("lcc", "0,0 9,0 9,321 0,401"),)), "reaches outside of the image"),
        (change(regions=(DraftRegion("lcc", "-1,0 9,0 9,9"),)), "reaches outside of the image"),
        (change(regions=(DraftRegion("lcc", "ellipse 10,10 20,5"),)), "reaches outside of the image"),
        (change(regions=(DraftRegion("lcc", "0,0 9,9 9,0 0,9"),)), "crosses or touches itself"),
        (change(regions=(DraftRegion("lcc", "0,0 9,9 18,18"),)), "crosses or touches itself"),
        (change(regions=(DraftRegion("lcc", "ellipse 99,99 0,5"),)), "half axes above 0"),
        (change(regions=(DraftRegion("lcc", "0,0 9,nan 9,9"),)), "“nan” is no number."),
        (change(regions=(DraftRegion("lcc", "0,0 here 9,9"),)), "“here” is no corner"),
        (change(regions=(DraftRegion("rmag", "0,0 9,0 9,9"),)), "This study has no such view."),
        (change(regions=(DraftRegion("lcc", "0,0 9,0 9,9"), DraftRegion("rcc", "0,0 9,0 9,9"))), "in both breasts"),
        (change(regions=(DraftRegion("lcc", "0,0 9,0 9,9"),) * 2), "a view has two outlines"),
        (change(morphology="malignant"), "“malignant” is no form of the lexicon."),
        (change(distribution="somewhere"), "“somewhere” is no distribution of the lexicon."),
        (change(reason="x" * 1001), "a text has at most 1000 letters"),
        (replace(DRAFT, categories=(DraftCategory("6", "Why."),)), "“6” is no BI-RADS category."),
        (replace(DRAFT, categories=(DraftCategory("2"), DraftCategory("2"))), "A category is given twice."),
        (replace(DRAFT, findings=(FINDING,) * 21), "at most 20 findings"),
    ],
)
def test_bad_draft_is_refused_with_the_reason(opinion, draft, fault):
    save(opinion)
    before = rows()
    with pytest.raises(BadDraft) as refused:
        save(opinion, draft)
    assert fault in str(refused.value)
    assert rows() == before


@pytest.mark.parametrize(
    ("draft", "gap"),
    [
        (Draft(), "Say whether the study warrants recall."),
        (change(regions=()), "Finding 1 has no outline in any view."),
        (change(morphology=""), "Finding 1 has no form."),
        (change(distribution=""), "Finding 1 has no distribution."),
        (change(warrants_recall=None), "Finding 1: say whether it warrants recall."),
        (change(reason=""), "Finding 1 has no reason."),
        (replace(DRAFT, recall=False), "A finding warrants recall, so the study does, too."),
        (replace(DRAFT, categories=()), "Name the acceptable categories."),
        (replace(DRAFT, categories=(DraftCategory("4B"),)), "Say why category 4B is acceptable."),
    ],
)
def test_draft_with_a_gap_is_kept_and_not_handed_in(opinion, author, draft, gap):
    save(opinion, draft)
    with pytest.raises(NotComplete) as refused:
        services.hand_in_opinion(opinion_id=opinion.pk, by=author)
    assert gap in refused.value.faults
    opinion.refresh_from_db()
    assert not opinion.is_handed_in
    assert Draft.from_dict(opinion.content) == draft


def test_of_two_windows_the_second_overwrites_nothing(opinion):
    save(opinion, seen=0)
    with pytest.raises(SavedElsewhere):
        save(opinion, change(morphology="round"), seen=0)
    opinion.refresh_from_db()
    assert (Draft.from_dict(opinion.content), opinion.edits) == (DRAFT, 1)
    # The same once more, because the answer was lost.
    assert save(opinion, seen=0).edits == 1


def test_somebody_elses_draft_is_nobody_elses_to_change(opinion, reviewer):
    save(opinion)
    before = rows()
    for act in (
        partial(services.save_opinion, draft=Draft(), seen=1),
        services.hand_in_opinion,
        services.take_back_opinion,
    ):
        with pytest.raises(NotYours):
            act(opinion_id=opinion.pk, by=reviewer)
    assert rows() == before


def test_what_is_handed_in_is_changed_once_it_is_taken_back(study, author, hand_in):
    opinion = hand_in(study, author)
    with pytest.raises(HandedIn):
        save(opinion, change(morphology="round"))
    with pytest.raises(HandedIn):
        services.hand_in_opinion(opinion_id=opinion.pk, by=author)
    services.take_back_opinion(opinion_id=opinion.pk, by=author)
    save(opinion, change(morphology="round"))
    assert logged(study) == ["imaging.begin_opinion", "imaging.hand_in_opinion", "imaging.take_back_opinion"]


def test_nothing_is_drawn_in_a_withdrawn_study(study, author, reviewer, hand_in, admin):
    opinion = hand_in(study, author)
    withdraw_study(study_id=study.pk, because="The images are wrong.", by=admin)
    before = rows()
    for act in (
        partial(services.begin_opinion, study_id=study.pk, by=reviewer),
        partial(services.save_opinion, opinion_id=opinion.pk, draft=Draft(), seen=1, by=author),
        partial(services.take_back_opinion, opinion_id=opinion.pk, by=author),
        partial(services.make_consensus, study_id=study.pk, draft=DRAFT, by=author),
        partial(services.publish_truth, opinion_id=opinion.pk, because="Now.", seen=1, by=reviewer),
    ):
        with pytest.raises(StudyNotOpen):
            act()
    assert rows() == before


def test_opinions_stay_without_the_name_of_who_has_left(study, hand_in):
    """Staff's work is the academy's; the versions that were made of it stay explainable."""
    person = make_user("gone@example.org", name="Gone")
    opinion = hand_in(study, person)
    publish(opinion, person)
    cut_ties(user=person, but=())
    opinion.refresh_from_db()
    assert (opinion.author, opinion.author_name) == (None, "somebody who has left")
    assert Truth.objects.get(version=2).published_by is None


# --- Versions -----------------------------------------------------------------------------------------


def publish(opinion: Opinion, by, *, seen: int = 1, because: str = "Two experts looked again.") -> Truth:
    return services.publish_truth(opinion_id=opinion.pk, because=because, seen=seen, by=by)


def test_next_version_says_what_the_opinion_says(study, author, reviewer, hand_in):
    opinion = hand_in(study, author)
    old = list(Truth.objects.filter(study=study).values("version", "kind", "recall", "categories"))
    truth = publish(opinion, reviewer)
    assert (truth.version, truth.is_current, truth.kind, truth.recall) == (2, True, "suspicious", True)
    assert (truth.published_by, truth.because, truth.origin) == (reviewer, "Two experts looked again.", "opinion")
    assert truth.categories == [{"category": "4B", "reason": "Amorphous and grouped."}]
    finding = truth.findings.get()
    assert (finding.side, finding.morphology, finding.distribution) == ("L", "amorphous", "grouped")
    assert (finding.reason, finding.next_time) == (FINDING.reason, FINDING.next_time)
    cc, mlo = finding.regions.order_by("view__key")
    assert cc.polygon == [[100, 100], [140, 100], [100, 140]]
    # The longer of 40 and 40 √2 pixels, of half a millimeter.
    assert cc.extent_mm == pytest.approx(20 * 2**0.5)
    assert (cc.is_visible, mlo.is_visible, cc.visibility) == (True, False, None)
    assert len(mlo.polygon) == 48
    assert mlo.extent_mm == pytest.approx(20)
    before = Truth.objects.filter(version=1).values("version", "kind", "recall", "categories", "is_current")
    assert list(before) == [{**old[0], "is_current": False}]
    assert logged(study)[-1] == "imaging.publish_truth"


def test_version_read_back_is_the_draft_it_was_made_of(study, author, reviewer, hand_in):
    truth = publish(hand_in(study, author), reviewer)
    draft = read_truth(truth)
    assert draft.findings[0].regions[0] == FINDING.regions[0]
    assert replace(draft.findings[0], regions=()) == replace(FINDING, regions=())
    assert draft.categories == DRAFT.categories
    with pytest.raises(NothingChanged):
        publish(Opinion.objects.get(), reviewer, seen=2)


@pytest.mark.parametrize(
    ("draft", "kind"),
    [
        (replace(change(warrants_recall=False), recall=False), "benign"),
        (Draft((), recall=False, categories=(DraftCategory("1", "Nothing."),)), "normal"),
        (Draft((), recall=True, categories=(DraftCategory("5", "A mass with spicules."),)), "suspicious"),
    ],
)
def test_kind_follows_recall_and_findings(study, author, reviewer, hand_in, draft, kind):
    assert publish(hand_in(study, author, draft), reviewer).kind == kind


@pytest.mark.parametrize("pathology", ["malignant", "benign"])
def test_what_was_proven_of_a_finding_stays_proven_in_the_next_version(study, author, reviewer, hand_in, pathology):
    Finding.objects.update(pathology=pathology)
    draft = replace(DRAFT, findings=(replace(FINDING, regions=(DraftRegion("rcc", TRIANGLE),)), FINDING))
    truth = publish(hand_in(study, author, draft), reviewer)
    assert list(truth.findings.values_list("side", "pathology")) == [("R", ""), ("L", pathology)]
    # An opinion that is begun from it does not tell.
    assert "pathology" not in str(services.begin_opinion(study_id=study.pk, by=reviewer, from_current=True).content)


NO_RECALL = replace(DRAFT, recall=False, categories=(DraftCategory("2", "Nothing to recall."),))


@pytest.mark.parametrize(
    "draft",
    [
        replace(change(warrants_recall=False), recall=True),
        replace(NO_RECALL, findings=change(warrants_recall=False).findings),
        replace(NO_RECALL, findings=()),
    ],
    ids=["its finding", "study and finding", "study without the finding"],
)
def test_no_version_leaves_a_proven_cancer_alone(study, author, reviewer, hand_in, draft):
    Finding.objects.update(pathology="malignant")
    opinion = hand_in(study, author, draft)
    before = rows()
    with pytest.raises(ProvenMalignant, match="pathology proved malignant"):
        publish(opinion, reviewer)
    assert rows() == before


@pytest.mark.parametrize("pathology", ["malignant", "benign"])
def test_changes_tell_that_a_proven_finding_is_gone(study, author, reviewer, hand_in, pathology):
    Finding.objects.update(pathology=pathology)
    publish(hand_in(study, author, replace(DRAFT, findings=())), reviewer)
    newest, _first = list_versions(study, list(study.views.all()))
    assert (
        f"L, Fine linear or branching, segmental: is not there any more, though it was proven {pathology}."
        in newest.changes
    )


def test_draft_is_not_published_before_it_is_handed_in(opinion, reviewer):
    save(opinion)
    before = rows()
    with pytest.raises(NotHandedIn):
        publish(opinion, reviewer)
    assert rows() == before


def test_what_was_published_since_is_not_replaced_unseen(study, author, reviewer, admin, hand_in):
    publish(hand_in(study, author), reviewer)
    other = hand_in(study, admin, change(morphology="round"))
    before = rows()
    with pytest.raises(PublishedSince, match="Version 2 was published since"):
        publish(other, reviewer, seen=1)
    assert rows() == before
    assert publish(other, reviewer, seen=2).version == 3


def test_consensus_is_its_makers_to_publish(study, author, reviewer, hand_in):
    hand_in(study, author)
    consensus = services.make_consensus(study_id=study.pk, draft=change(distribution="linear"), by=reviewer)
    with pytest.raises(NotYours):
        publish(consensus, author)
    truth = publish(consensus, reviewer)
    assert (truth.origin, truth.findings.get().distribution) == ("consensus", "linear")
    # Another one takes its place, and the version stays.
    again = services.make_consensus(study_id=study.pk, draft=DRAFT, by=reviewer)
    assert again == consensus
    truth.refresh_from_db()
    assert truth.findings.get().distribution == "linear"


def test_correction_without_a_reason_is_refused_by_the_database(study):
    study.truths.update(is_current=False)
    with pytest.raises(IntegrityError, match="correction_of_a_truth_says_why"), transaction.atomic():
        Truth.objects.create(study=study, version=2, kind="normal", recall=False, categories=[])


def test_study_without_a_truth_is_read_once_it_has_one(study, author, reviewer, learner_with_access, hand_in):
    Region.objects.all().delete()
    Finding.objects.all().delete()
    Truth.objects.all().delete()
    assert not Study.objects.readable().exists()
    truth = publish(hand_in(study, author), reviewer, seen=0, because="")
    assert truth.version == 1
    assert start_reading(reader=Reader(learner_with_access)).study == study


def test_reading_keeps_the_version_it_was_judged_by(study, author, reviewer, learner_with_access, hand_in):
    """And one that was begun before is judged by the version that is current when it is locked."""
    first = start_reading(reader=Reader(learner_with_access))
    answer_reading(reading=first, category="4C", recall=True)
    first = lock_reading(reading=first)
    second = start_reading(reader=Reader(learner_with_access))
    answer_reading(reading=second, category="4C", recall=True)
    publish(hand_in(study, author), reviewer)
    second = lock_reading(reading=second)
    first.refresh_from_db()
    assert (first.truth.version, second.truth.version) == (1, 2)


# --- At once ------------------------------------------------------------------------------------------


def at_once(*acts: Callable[[], object]) -> list[object]:
    """What each act returned or raised, begun at the same moment."""
    gate = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        gate.wait(10)
        try:
            return act()
        except ImagingError as error:
            return type(error)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


@pytest.fixture
def opinions(study, hand_in) -> list[Opinion]:
    """Of four experts, each with another form."""
    forms = ("amorphous", "round", "fine-pleomorphic", "coarse-heterogeneous")
    people = [make_user(f"expert{number}@example.org") for number in range(4)]
    return [hand_in(study, person, change(morphology=form)) for person, form in zip(people, forms, strict=True)]


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_of_four_who_publish_at_once_one_does_and_the_others_are_told(study, opinions, reviewer):
    outcomes = at_once(*[partial(publish, each, reviewer) for each in opinions])
    assert outcomes.count(PublishedSince) == 3
    assert list(Truth.objects.values_list("version", "is_current")) == [(1, False), (2, True)]


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_who_look_again_publish_one_version_each(study, opinions, reviewer):
    def insist(opinion: Opinion) -> int:
        while True:
            seen = Truth.objects.get(study=study, is_current=True).version
            try:
                return publish(opinion, reviewer, seen=seen).version
            except PublishedSince:
                continue

    outcomes = at_once(*[partial(insist, each) for each in opinions])
    assert sorted(map(str, outcomes)) == ["2", "3", "4", "5"]
    forms = Finding.objects.filter(truth__version__gt=1).values_list("morphology", flat=True)
    assert set(forms) == {"amorphous", "round", "fine-pleomorphic", "coarse-heterogeneous"}
    assert list(Truth.objects.filter(is_current=True).values_list("version", flat=True)) == [5]


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_reading_that_is_locked_meanwhile_is_judged_by_one_whole_version(study, opinions, reviewer, learner):
    readings = [Reading.objects.create(user=learner, study=study) for _ in range(3)]
    for each in readings:
        answer_reading(reading=each, category="1", recall=False)
    outcomes = at_once(partial(publish, opinions[0], reviewer), *[partial(lock_reading, reading=r) for r in readings])
    assert all(not isinstance(outcome, type) for outcome in outcomes)
    for reading in Reading.objects.select_related("truth"):
        assert reading.truth is not None
        assert reading.truth.findings.count() == 1


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_of_two_windows_that_save_at_once_one_is_told(study, author):
    opinion = services.begin_opinion(study_id=study.pk, by=author)
    drafts = [change(reason=f"Reason {number}.") for number in range(4)]
    acts = [partial(services.save_opinion, opinion_id=opinion.pk, draft=draft, seen=0, by=author) for draft in drafts]
    assert at_once(*acts).count(SavedElsewhere) == 3
