"""What experts do: an opinion of their own, a consensus, the next version of the truth.

Rows are locked in this order: the study, the opinion.
"""

from dataclasses import replace

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from accounts.models import User
from imaging.scoring.outlines import measure_extent
from imaging.studies.models import Finding, Pathology, Region, Study, StudyKind, Truth, TruthOrigin, View
from imaging.truths.changes import describe_changes, match_drafts
from imaging.truths.drafts import Draft, DraftFinding, find_faults, find_gaps, read_shape
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
from imaging.truths.models import Opinion, OpinionKind
from imaging.truths.queries import read_truth
from reviews.models import Act
from reviews.services.recording import record_row


def _hold_study(study_id: int) -> Study:
    """Raises StudyNotOpen."""
    study = Study.objects.select_for_update(no_key=True).get(pk=study_id)
    if not Study.objects.drawable().filter(pk=study_id).exists():
        raise StudyNotOpen
    return study


def _hold(opinion_id: int, by: User) -> Opinion:
    """The expert's own, of a study that is open. Raises NotYours, StudyNotOpen."""
    study = _hold_study(Opinion.objects.values_list("study_id", flat=True).get(pk=opinion_id))
    opinion = Opinion.objects.select_for_update(of=("self",), no_key=True).get(pk=opinion_id)
    if opinion.author_id != by.pk:
        raise NotYours
    opinion.study = study
    return opinion


# --- Opinions -----------------------------------------------------------------------------------------


@transaction.atomic
def begin_opinion(*, study_id: int, by: User, from_current: bool = False) -> Opinion:
    """The expert's own; one that was begun stays as it is. It begins empty, or as the current version says.

    Raises StudyNotOpen.
    """
    study = _hold_study(study_id)
    truth = Truth.objects.filter(study=study, is_current=True).first() if from_current else None
    draft = read_truth(truth) if truth else Draft()
    opinion, is_new = Opinion.objects.get_or_create(
        study=study, author=by, kind=OpinionKind.OPINION, defaults={"content": draft.to_dict()}
    )
    if is_new:
        log(study, "imaging.begin_opinion", user=by, data={"opinion": opinion.pk, "from": truth and truth.version})
    return opinion


@transaction.atomic
def save_opinion(*, opinion_id: int, draft: Draft, seen: int, by: User) -> Opinion:
    """Keep the draft, which may have gaps. `seen` is how often it had been saved when it was opened.

    Raises NotYours, StudyNotOpen, HandedIn, SavedElsewhere, BadDraft.
    """
    opinion = _hold(opinion_id, by)
    if opinion.is_handed_in:
        raise HandedIn
    if faults := find_faults(draft, opinion.study.views.all()):
        raise BadDraft(faults)
    content = draft.to_dict()
    if opinion.edits != seen:
        # The answer to the same act was lost, and it comes again.
        if opinion.edits == seen + 1 and Draft.from_dict(opinion.content) == draft:
            return opinion
        raise SavedElsewhere
    opinion.content, opinion.edits, opinion.saved_at = content, seen + 1, timezone.now()
    opinion.save(update_fields=["content", "edits", "saved_at"])
    return opinion


@transaction.atomic
def hand_in_opinion(*, opinion_id: int, by: User) -> Opinion:
    """Colleagues see it from now on, and it is not changed. Raises NotYours, StudyNotOpen, HandedIn, NotComplete."""
    opinion = _hold(opinion_id, by)
    if opinion.is_handed_in:
        raise HandedIn
    if gaps := find_gaps(Draft.from_dict(opinion.content)):
        raise NotComplete(gaps)
    opinion.handed_in_at = timezone.now()
    opinion.save(update_fields=["handed_in_at"])
    log(opinion.study, "imaging.hand_in_opinion", user=by, data={"opinion": opinion.pk})
    return opinion


@transaction.atomic
def take_back_opinion(*, opinion_id: int, by: User) -> Opinion:
    """To change it. Versions that were made of it stay as they are. Raises NotYours, StudyNotOpen."""
    opinion = _hold(opinion_id, by)
    if opinion.is_handed_in:
        opinion.handed_in_at = None
        opinion.save(update_fields=["handed_in_at"])
        log(opinion.study, "imaging.take_back_opinion", user=by, data={"opinion": opinion.pk})
    return opinion


@transaction.atomic
def make_consensus(*, study_id: int, draft: Draft, by: User) -> Opinion:
    """A draft put together of opinions, in place of the one that this person may have made before.

    Raises StudyNotOpen, BadDraft.
    """
    study = _hold_study(study_id)
    if faults := find_faults(draft, study.views.all()):
        raise BadDraft(faults)
    consensus, _ = Opinion.objects.select_for_update(of=("self",)).get_or_create(
        study=study, author=by, kind=OpinionKind.CONSENSUS
    )
    consensus.content, consensus.edits = draft.to_dict(), consensus.edits + 1
    consensus.saved_at, consensus.handed_in_at = timezone.now(), None
    consensus.save(update_fields=["content", "edits", "saved_at", "handed_in_at"])
    log(study, "imaging.make_consensus", user=by, data={"opinion": consensus.pk})
    return consensus


# --- Versions -----------------------------------------------------------------------------------------


@transaction.atomic
def publish_truth(*, opinion_id: int, because: str, seen: int, by: User) -> Truth:
    """Make the next version of an opinion that was handed in, or of one's own consensus. It never changes afterwards.

    `seen` is the version that was current when the publisher decided, 0 for none: what was published since is not
    replaced unseen. Readings keep the version they were locked against.

    Raises StudyNotOpen, NotYours, NotHandedIn, NotComplete, PublishedSince, NothingChanged, ProvenMalignant.
    """
    study = _hold_study(Opinion.objects.values_list("study_id", flat=True).get(pk=opinion_id))
    opinion = Opinion.objects.select_for_update(of=("self",), no_key=True).get(pk=opinion_id)
    draft = _take_publishable(opinion, by)
    current = Truth.objects.filter(study=study, is_current=True).first()
    version = current.version if current else 0
    if version != seen:
        raise PublishedSince(version)
    changed: list[str] = []
    if current:
        known = read_truth(current)
        changed = describe_changes(known, draft, study.views.all())
        if not changed:
            raise NothingChanged
        draft = _carry_pathology(known, draft, study)
    Truth.objects.filter(study=study, is_current=True).update(is_current=False)
    truth = _write_truth(study, draft, version=version + 1, because=because, by=by, origin=TruthOrigin(opinion.kind))
    log(
        study,
        "imaging.publish_truth",
        user=by,
        data={"version": truth.version, "opinion": opinion_id, "reason": because},
    )
    changes = [{"place": told, "state": "changed", "gone": [], "new": [], "beside": False} for told in changed]
    record_row(act=Act.TRUTH, row=study, by=by, said=because, changes=changes)
    return truth


def _take_publishable(opinion: Opinion, by: User) -> Draft:
    if opinion.is_consensus and opinion.author_id != by.pk:
        raise NotYours
    if not opinion.is_consensus and not opinion.is_handed_in:
        raise NotHandedIn
    draft = Draft.from_dict(opinion.content)
    if gaps := find_gaps(draft):
        raise NotComplete(gaps)
    return draft


def _carry_pathology(known: Draft, draft: Draft, study: Study) -> Draft:
    """The draft with what was proven of the same things. Raises ProvenMalignant where it would not recall a cancer."""
    matched = match_drafts(known, draft, study.views.all())
    proven = {pair.second.key: known.findings[int(pair.first.key) - 1].pathology for pair in matched.pairs}
    findings = tuple(
        replace(each, pathology=proven.get(str(number), "")) for number, each in enumerate(draft.findings, 1)
    )
    left = [each for each in findings if not each.warrants_recall]
    if not draft.recall:
        # What is not drawn any more is not proven away.
        left += [known.findings[int(each.key) - 1] for each in matched.only_first]
    for each in left:
        if each.pathology == Pathology.MALIGNANT:
            raise ProvenMalignant(f"{each.side}, {each.name}")
    return replace(draft, findings=findings)


def _write_truth(study: Study, draft: Draft, *, version: int, because: str, by: User, origin: TruthOrigin) -> Truth:
    truth = Truth.objects.create(
        study=study,
        version=version,
        kind=kind_of(draft),
        recall=bool(draft.recall),
        categories=[{"category": each.category, "reason": each.reason} for each in draft.categories],
        published_by=by,
        because=because,
        origin=origin,
    )
    views = {view.key: view for view in study.views.all()}
    for number, each in enumerate(draft.findings, 1):
        finding = Finding.objects.create(
            truth=truth,
            number=number,
            side=each.side,
            morphology=each.morphology,
            distribution=each.distribution,
            warrants_recall=bool(each.warrants_recall),
            reason=each.reason,
            next_time=each.next_time,
            pathology=each.pathology,
        )
        Region.objects.bulk_create(_make_regions(finding, each, views))
    return truth


def _make_regions(finding: Finding, draft: DraftFinding, views: dict[str, View]) -> list[Region]:
    regions = []
    for each in draft.regions:
        view, corners = views[each.view], read_shape(each.shape)
        extent = measure_extent(corners) * view.mm_per_pixel
        polygon = [list(corner) for corner in corners]
        regions.append(
            Region(finding=finding, view=view, polygon=polygon, extent_mm=extent, is_visible=each.is_visible)
        )
    return regions


def kind_of(draft: Draft) -> StudyKind:
    if draft.recall:
        return StudyKind.SUSPICIOUS
    return StudyKind.BENIGN if draft.findings else StudyKind.NORMAL
