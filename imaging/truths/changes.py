"""What differs between two versions of a truth, or two experts, in sentences."""

from collections.abc import Iterable, Iterator, Mapping

from django.utils.translation import gettext as _

from imaging.reading.words import name_of
from imaging.scoring import records
from imaging.scoring.agreement import Matched, Pair, match_findings
from imaging.studies.models import Pathology, View
from imaging.truths.drafts import Draft, DraftFinding, read_shape

SAME_OUTLINE = 0.9995
"""Dice's coefficient from which two outlines are the same but for rounding."""


def to_records(draft: Draft) -> tuple[records.Finding, ...]:
    """As imaging.scoring knows findings; the key is the number."""
    return tuple(_to_record(number, each) for number, each in enumerate(draft.findings, 1))


def _to_record(number: int, finding: DraftFinding) -> records.Finding:
    return records.Finding(
        key=str(number),
        warrants_recall=bool(finding.warrants_recall),
        regions=tuple(records.Region(each.view, read_shape(each.shape), each.is_visible) for each in finding.regions),
        morphology=finding.morphology,
        distribution=finding.distribution,
    )


def match_drafts(first: Draft, second: Draft, views: Iterable[View]) -> Matched:
    return match_findings(to_records(first), to_records(second), {view.key: view.mm_per_pixel for view in views})


def describe_changes(old: Draft, new: Draft, views: Iterable[View]) -> list[str]:
    """What the new one says otherwise; empty where both say the same."""
    views = list(views)
    labels = {view.key: view.label for view in views}
    matched = match_drafts(old, new, views)
    told = [*_tell_study(old, new)]
    for pair in matched.pairs:
        before, after = old.findings[int(pair.first.key) - 1], new.findings[int(pair.second.key) - 1]
        about = f"{after.side}, {before.name}"
        told += [f"{about}: {change}" for change in _tell_finding(before, after, pair, labels)]
    told += [_tell_gone(old, each) for each in matched.only_first]
    told += [_("{finding}: is new.").format(finding=_name(new, each)) for each in matched.only_second]
    return told


def _name(draft: Draft, record: records.Finding) -> str:
    finding = draft.findings[int(record.key) - 1]
    return f"{finding.side}, {finding.name}" if finding.side else finding.name


def _tell_gone(draft: Draft, record: records.Finding) -> str:
    name, pathology = _name(draft, record), draft.findings[int(record.key) - 1].pathology
    if pathology == Pathology.MALIGNANT:
        return _("{finding}: is not there any more, though it was proven malignant.").format(finding=name)
    if pathology == Pathology.BENIGN:
        return _("{finding}: is not there any more, though it was proven benign.").format(finding=name)
    return _("{finding}: is not there any more.").format(finding=name)


def _tell_study(old: Draft, new: Draft) -> Iterator[str]:
    if old.recall != new.recall:
        yield _("The study warrants recall now.") if new.recall else _("The study does not warrant recall any more.")
    before = {each.category: each.reason for each in old.categories}
    after = {each.category: each.reason for each in new.categories}
    for category in sorted(after.keys() - before.keys()):
        yield _("Category {category} is acceptable now.").format(category=category)
    for category in sorted(before.keys() - after.keys()):
        yield _("Category {category} is not acceptable any more.").format(category=category)
    for category in sorted(before.keys() & after.keys()):
        if before[category] != after[category]:
            yield _("Category {category}: another reason.").format(category=category)


def _tell_finding(before: DraftFinding, after: DraftFinding, pair: Pair, labels: Mapping[str, str]) -> Iterator[str]:
    words = ((before.morphology, after.morphology), (before.distribution, after.distribution))
    for old, new in words:
        if old != new:
            yield _("“{new}” instead of “{old}”.").format(
                new=name_of(new).lower() or _("no word"), old=name_of(old).lower() or _("no word")
            )
    if bool(before.warrants_recall) != bool(after.warrants_recall):
        yield _("it warrants recall now.") if after.warrants_recall else _("it does not warrant recall any more.")
    yield from _tell_outlines(before, after, pair, labels)
    if before.reason != after.reason:
        yield _("another reason.")
    if before.next_time != after.next_time:
        yield _("another advice for next time.")


def _tell_outlines(before: DraftFinding, after: DraftFinding, pair: Pair, labels: Mapping[str, str]) -> Iterator[str]:
    seen = {each.view: each.is_visible for each in before.regions}
    sees = {each.view: each.is_visible for each in after.regions}
    for view, dice in pair.dice_by_view.items():
        name = labels.get(view, view)
        if view not in seen:
            yield _("drawn in {view}, too.").format(view=name)
        elif view not in sees:
            yield _("not drawn in {view} any more.").format(view=name)
        elif dice < SAME_OUTLINE:
            yield _("another outline in {view}; the two overlap by {dice}.").format(view=name, dice=f"{dice:.2f}")
        if view in seen and view in sees and seen[view] != sees[view]:
            yield (_("visible in {view} now.") if sees[view] else _("not visible in {view} any more.")).format(
                view=name
            )
