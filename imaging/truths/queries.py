"""Who may open what, and what stands in the studio about truths."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, prefetch_related_objects
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from accounts.models import User
from imaging.scoring.agreement import ENOUGH_STUDIES, Kappa, Matched, Pair, measure_kappa
from imaging.studies.models import Study, Truth, View
from imaging.truths.changes import describe_changes, match_drafts
from imaging.truths.drafts import Draft, DraftCategory, DraftFinding, DraftRegion, write_shape
from imaging.truths.models import Opinion, OpinionKind

# --- Rows into values ---------------------------------------------------------------------------------


def read_truth(truth: Truth) -> Draft:
    """A version as a draft: what is begun from it, and what is compared with it. No query where it was prefetched."""
    prefetch_related_objects([truth], "findings__regions__view")
    findings = tuple(
        DraftFinding(
            morphology=finding.morphology,
            distribution=finding.distribution,
            warrants_recall=finding.warrants_recall,
            reason=finding.reason,
            next_time=finding.next_time,
            pathology=finding.pathology,
            regions=tuple(
                DraftRegion(region.view.key, write_shape(_keep_inside(region.polygon, region.view)), region.is_visible)
                for region in finding.regions.all()
            ),
        )
        for finding in truth.findings.all()
    )
    return Draft(findings, truth.recall, tuple(DraftCategory(**each) for each in truth.categories))


def _keep_inside(polygon: Iterable[Iterable[float]], view: View) -> list[tuple[float, float]]:
    """What the generator drew around particles at the edge may reach beyond the image by half a millimeter."""
    corners = [(round(min(max(x, 0), view.columns), 2), round(min(max(y, 0), view.rows), 2)) for x, y in polygon]
    return list(dict.fromkeys(corners))


# --- Getters ------------------------------------------------------------------------------------------


def get_study(pk: int) -> Study:
    return get_object_or_404(Study.objects.filter(status="ready"), pk=pk)


def get_own_opinion(user: User, study_id: int, pk: int) -> Opinion:
    """404 where there is none in this study; PermissionDenied where it is a colleague's."""
    opinion = get_object_or_404(Opinion.objects.select_related("study", "author"), pk=pk, study=study_id)
    if opinion.author_id != user.pk:
        raise PermissionDenied
    return opinion


def get_publishable(user: User, study_id: int, pk: int) -> Opinion:
    """An opinion that was handed in, or the person's own consensus; nothing else is theirs to publish."""
    mine = Q(kind=OpinionKind.CONSENSUS, author=user)
    handed_in = Q(kind=OpinionKind.OPINION, handed_in_at__isnull=False)
    return get_object_or_404(
        Opinion.objects.filter(mine | handed_in).select_related("study", "author"), pk=pk, study=study_id
    )


def get_current(study: Study) -> Truth | None:
    return Truth.objects.filter(study=study, is_current=True).first()


# --- The list -----------------------------------------------------------------------------------------


def list_for_experts(user: User) -> QuerySet[Study]:
    """Studies that may be drawn in: first those without a truth, then those with opinions since the last version."""
    current = Truth.objects.filter(study=OuterRef("pk"), is_current=True)
    given = Q(opinions__kind=OpinionKind.OPINION, opinions__handed_in_at__isnull=False)
    mine = Opinion.objects.filter(study=OuterRef("pk"), author=user, kind=OpinionKind.OPINION)
    return (
        Study.objects.drawable()
        .annotate(
            version=Subquery(current.values("version")[:1]),
            has_truth=Exists(current),
            given=Count("opinions", filter=given),
            begun=Exists(mine.filter(handed_in_at=None)),
            handed_in=Exists(mine.exclude(handed_in_at=None)),
        )
        .order_by("has_truth", F("given").desc(), "-pk")
    )


# --- One study ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Version:
    """One version of a truth, and what it changed."""

    truth: Truth
    changes: list[str]

    @property
    def findings(self) -> list[DraftFinding]:
        return list(read_truth(self.truth).findings)


def list_versions(study: Study, views: list[View]) -> list[Version]:
    """The newest first. Four queries, however many versions."""
    truths = list(study.truths.select_related("published_by").prefetch_related("findings__regions__view"))
    drafts = [read_truth(truth) for truth in truths]
    befores = [None, *drafts][: len(drafts)]
    told = [
        Version(truth, describe_changes(before, draft, views) if before else [])
        for truth, before, draft in zip(truths, befores, drafts, strict=True)
    ]
    return told[::-1]


@dataclass(frozen=True)
class Expert:
    """An opinion with the letter that it has on a page."""

    letter: str
    opinion: Opinion

    @cached_property
    def draft(self) -> Draft:
        return Draft.from_dict(self.opinion.content)

    @property
    def name(self) -> str:
        return self.opinion.author_name


def list_experts(study: Study, *, user: User, may_publish: bool) -> list[Expert]:
    """Opinions that were handed in, for whoever cannot be led by them any more: with an opinion handed in, or who
    publishes. Empty for others."""
    handed_in = list(Opinion.objects.handed_in().filter(study=study).select_related("author"))
    if not may_publish and all(each.author_id != user.pk for each in handed_in):
        return []
    return [Expert(chr(ord("A") + number), each) for number, each in enumerate(handed_in[:26])]


@dataclass(frozen=True)
class Compared:
    """Two experts on one study."""

    first: Expert
    second: Expert
    matched: Matched
    labels: dict[str, str]

    @property
    def rows(self) -> list["ComparedFinding"]:
        return [
            ComparedFinding(
                first=self.first.draft.findings[int(pair.first.key) - 1],
                second=self.second.draft.findings[int(pair.second.key) - 1],
                pair=pair,
                labels=self.labels,
            )
            for pair in self.matched.pairs
        ]

    @property
    def only_first(self) -> list[DraftFinding]:
        return [self.first.draft.findings[int(each.key) - 1] for each in self.matched.only_first]

    @property
    def only_second(self) -> list[DraftFinding]:
        return [self.second.draft.findings[int(each.key) - 1] for each in self.matched.only_second]

    @property
    def is_same_recall(self) -> bool:
        return self.first.draft.recall == self.second.draft.recall

    @property
    def shared_categories(self) -> str:
        """Of those that one of the two accepts: which both accept."""
        one = {each.category for each in self.first.draft.categories}
        other = {each.category for each in self.second.draft.categories}
        return ", ".join(sorted(one & other)) or _("none")


@dataclass(frozen=True)
class ComparedFinding:
    first: DraftFinding
    second: DraftFinding
    pair: Pair
    labels: dict[str, str]

    @property
    def by_view(self) -> list[tuple[str, float]]:
        return [(self.labels.get(view, view), dice) for view, dice in self.pair.dice_by_view.items()]


def compare_experts(experts: list[Expert], views: list[View]) -> list[Compared]:
    """Each with each. No query."""
    labels = {view.key: view.label for view in views}
    return [
        Compared(one, other, match_drafts(one.draft, other.draft, views), labels)
        for one, other in combinations(experts, 2)
    ]


# --- Over all studies ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Agreement:
    """Two experts over all studies of which both handed in an opinion."""

    first: str
    second: str
    kappa: Kappa

    @property
    def missing(self) -> int:
        """Studies that both have still to draw before kappa is shown."""
        return max(ENOUGH_STUDIES - self.kappa.n, 0)


def list_agreements() -> list[Agreement]:
    """One query. Each pair of experts that has a study in common, the largest number of studies first."""
    names: dict[int, str] = {}
    answers: dict[int, dict[int, bool]] = {}
    handed_in = Opinion.objects.handed_in().exclude(author=None).filter(study__withdrawn_at=None)
    for opinion in handed_in.select_related("author"):
        assert opinion.author_id  # noqa: S101 - the query leaves others out
        names[opinion.author_id] = opinion.author_name
        answers.setdefault(opinion.author_id, {})[opinion.study_id] = bool(opinion.content.get("recall"))
    found = []
    for one, other in combinations(sorted(answers), 2):
        both = answers[one].keys() & answers[other].keys()
        if both:
            pairs = [(answers[one][study], answers[other][study]) for study in both]
            found.append(Agreement(names[one], names[other], measure_kappa(pairs)))
    return sorted(found, key=lambda each: -each.kappa.n)


# --- Several opinions into one ------------------------------------------------------------------------


@dataclass(frozen=True)
class Thing:
    """What one expert or several describe: each with their own finding of it."""

    number: int
    found: list[tuple[Expert, DraftFinding]]

    def said_by(self, letter: str) -> DraftFinding | None:
        return next((finding for expert, finding in self.found if expert.letter == letter), None)


def list_things(experts: list[Expert], views: list[View]) -> list[Thing]:
    """Findings that overlap are one thing; each expert's are matched with what was found before them. No query."""
    found: list[list[tuple[Expert, DraftFinding]]] = []
    for expert in experts:
        known = Draft(tuple(each[0][1] for each in found))
        matched = match_drafts(known, expert.draft, views)
        for pair in matched.pairs:
            found[int(pair.first.key) - 1].append((expert, expert.draft.findings[int(pair.second.key) - 1]))
        found += [[(expert, expert.draft.findings[int(each.key) - 1])] for each in matched.only_second]
    return [Thing(number, each) for number, each in enumerate(found, 1)]
