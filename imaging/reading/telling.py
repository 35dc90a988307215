"""What a reader is told after the lock, and never before: the truth beside what they said."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext

from imaging.asking.models import AskedRegion
from imaging.evidence.lookup import find_rates, get_evidence, make_range
from imaging.evidence.records import Descriptor, Range
from imaging.reading.judging import find_asked_regions, score
from imaging.reading.models import Category, Mark, Reading
from imaging.reading.words import name_of
from imaging.scoring.cases import Score
from imaging.scoring.hits import JudgedMark, Outcome
from imaging.studies.models import Finding, Region, Side, Study, StudyKind, Truth
from imaging.synthesis.study import find_side
from imaging.truths.changes import describe_changes
from imaging.truths.drafts import Draft
from imaging.truths.queries import read_truth

OUTCOMES = {
    Outcome.HIT: lambda: gettext("on a finding that warrants recall"),
    Outcome.REPEAT: lambda: gettext("on a finding that another mark of yours hits, too"),
    Outcome.BENIGN: lambda: gettext("on something that is typically benign"),
    Outcome.OUTSIDE: lambda: gettext("on nothing that is in the key"),
    Outcome.UNSEEN: lambda: gettext("on a finding that is too faint in both views to be held against anybody"),
}

# What is drawn into a study and is no calcification: it stands in the recipe, and in no finding.
DRAWN = {
    "deodorant": lambda: gettext(
        "{side} MLO: the white flecks over the axilla are deodorant on the skin, not calcifications."
    ),
    "lymph-node": lambda: gettext(
        "{side} MLO: the small oval shadow in the upper breast is a lymph node with a fatty hilum."
    ),
    "oval-mass": lambda: gettext(
        "{side} breast: there is an oval mass, too. The key asks for no recall because of it."
    ),
    "spiculated-mass": lambda: gettext(
        "{side} breast: there is a mass with spicules, too. It warrants recall by itself."
    ),
}


@dataclass(frozen=True)
class ToldMark:
    number: int
    mark: Mark
    judged: JudgedMark

    @property
    def outcome(self) -> str:
        return OUTCOMES[self.judged.outcome]()

    @property
    def is_hit(self) -> bool:
        return self.judged.outcome in (Outcome.HIT, Outcome.REPEAT)

    @property
    def is_wrong(self) -> bool:
        return self.judged.outcome == Outcome.OUTSIDE

    @cached_property
    def rates(self) -> "PublishedRate | None":
        return find_published(self.mark.morphology, self.mark.distribution)


@dataclass(frozen=True)
class PublishedRate:
    """What was published on the malignant share of what somebody described."""

    name: str
    range: Range


def find_published(morphology: str, distribution: str) -> PublishedRate | None:
    """Of form and distribution together; where no series counted both, of the form."""
    if not morphology:
        return None
    both = make_range(find_rates(morphology=morphology, distribution=distribution)) if distribution else None
    if both and both.rates:
        name = gettext("{form}, {distribution}")
        return PublishedRate(name.format(form=name_of(morphology), distribution=name_of(distribution).lower()), both)
    return PublishedRate(name_of(morphology), make_range(find_rates(morphology=morphology)))


@dataclass(frozen=True)
class ComparedWords:
    title: str
    said: str
    true: str

    @property
    def is_same(self) -> bool:
        return self.said == self.true


@dataclass(frozen=True)
class ToldFinding:
    finding: Finding
    marks: list[ToldMark]
    is_found: bool
    asked: list[AskedRegion]
    since_prior: str = ""
    """What became of it since the prior examination, where there is one."""

    @property
    def name(self) -> str:
        return name_of(self.finding.morphology)

    @property
    def pathology(self) -> str:
        """Of a real case, where it is known."""
        return str(self.finding.get_pathology_display()) if self.finding.pathology else ""

    @property
    def form(self) -> Descriptor | None:
        return get_evidence().descriptors.get(self.finding.morphology)

    @property
    def side(self) -> str:
        return str(Side(self.finding.side).label)

    @property
    def regions(self) -> list[Region | AskedRegion]:
        """In the screening views and in those that were asked for."""
        return [*self.finding.regions.all(), *self.asked]

    @property
    def is_visible(self) -> bool:
        return any(region.is_visible for region in self.regions)

    @property
    def is_missed(self) -> bool:
        return self.finding.warrants_recall and self.is_visible and not self.is_found

    @property
    def extent(self) -> float:
        """Millimeters, the largest of its views."""
        return max((region.extent_mm for region in self.regions), default=0)

    @property
    def is_extent_approximate(self) -> bool:
        return any(region.view.is_scale_approximate for region in self.regions)

    @property
    def faint_in(self) -> list[str]:
        return [region.view.label for region in self.regions if not region.is_visible]

    @property
    def compared(self) -> list[ComparedWords]:
        """With the most confident of the marks on it."""
        if not self.marks:
            return []
        mark = max(self.marks, key=lambda told: told.mark.confidence).mark
        pairs = [
            (gettext("Form"), mark.morphology, self.finding.morphology),
            (gettext("Distribution"), mark.distribution, self.finding.distribution),
        ]
        return [ComparedWords(title, name_of(said), name_of(true)) for title, said, true in pairs if true]

    @property
    def next_time(self) -> list[str]:
        """What an expert advises, and what each word means that was true and was not said."""
        words = get_evidence().descriptors
        keys = [self.finding.morphology, self.finding.distribution]
        said = [text.true for text in self.compared if text.is_same]
        missed = [words[key] for key in keys if key in words and words[key].name not in said]
        told = [gettext("{word}: {text}").format(word=word.name, text=word.text) for word in missed if word.text]
        return [self.finding.next_time, *told] if self.finding.next_time else told


@dataclass(frozen=True)
class ToldCategory:
    category: str
    reason: str
    is_after_views: bool
    """Whether it may be given once diagnostic views were taken; the answer of screening is recall (0)."""

    @property
    def note(self) -> str:
        if self.category != Category.PROBABLY_BENIGN or not self.is_after_views:
            return ""
        return gettext("Probably benign (3) is given only after diagnostic views; at screening: recall (0).")


@dataclass(frozen=True)
class ToldChange:
    """The truth as it is now, where it is not what the reading was judged by."""

    truth: Truth
    draft: Draft
    changes: list[str]

    @property
    def kind(self) -> str:
        return str(StudyKind(self.truth.kind).label)


@dataclass(frozen=True)
class Told:
    reading: Reading
    score: Score
    findings: list[ToldFinding]
    marks: list[ToldMark]
    change: ToldChange | None = None
    """None while the version that judged the reading is the current one."""

    @property
    def is_recall_right(self) -> bool:
        assert self.reading.truth  # noqa: S101 - a locked reading has one
        return self.reading.recall == self.reading.truth.recall

    @property
    def kind(self) -> str:
        assert self.reading.truth  # noqa: S101 - a locked reading has one
        return str(StudyKind(self.reading.truth.kind).label)

    @property
    def categories(self) -> list[ToldCategory]:
        truth = self.reading.truth
        assert truth  # noqa: S101 - a locked reading has one
        return [
            ToldCategory(**each, is_after_views=truth.recall and each["category"] != Category.INCOMPLETE)
            for each in truth.categories
        ]

    @property
    def is_category_right(self) -> bool:
        return self.reading.category in [each.category for each in self.categories]

    @property
    def drawn(self) -> list[str]:
        return list(_tell_drawn(self.reading.study))

    @property
    def outside(self) -> list[ToldMark]:
        return [told for told in self.marks if told.judged.finding is None]

    @property
    def rates(self) -> list[PublishedRate]:
        """Of what the reader described, each once."""
        found = [told.rates for told in self.marks if told.rates]
        return list({rate.name: rate for rate in found}.values())

    @property
    def counted(self) -> bool:
        """Whether recall is held for or against the reader: not where no view shows what would warrant it."""
        return self.score.is_positive is not None


def tell(reading: Reading) -> Told:
    """Of a locked reading with `judging.READING_FIELDS` fetched ahead: no query, and four more where the truth has
    changed since."""
    assert reading.truth  # noqa: S101 - a locked reading has one
    scored = score(reading)
    marks = [
        ToldMark(number, mark, judged)
        for number, (mark, judged) in enumerate(zip(reading.marks.all(), scored.marks, strict=True), 1)
    ]
    findings = [_tell_finding(reading, finding, marks) for finding in reading.truth.findings.all()]
    return Told(reading, scored, findings, marks, _tell_change(reading.study, reading.truth))


def _tell_change(study: Study, judged_by: Truth) -> ToldChange | None:
    if judged_by.is_current:
        return None
    current = Truth.objects.get(study=study, is_current=True)
    draft = read_truth(current)
    return ToldChange(current, draft, describe_changes(read_truth(judged_by), draft, study.views.all()))


def _tell_finding(reading: Reading, finding: Finding, marks: Iterable[ToldMark]) -> ToldFinding:
    mine = [told for told in marks if told.judged.finding and told.judged.finding.key == str(finding.number)]
    asked = find_asked_regions(reading, finding)
    return ToldFinding(finding, mine, bool(mine), asked, _tell_since_prior(reading.study, finding))


def _tell_since_prior(study: Study, finding: Finding) -> str:
    """Of a finding that the generator put there, by the part of it that was there already."""
    recipe = study.recipe or {}  # of a real case nothing is drawn
    prior, drawn = recipe.get("prior"), recipe.get("findings", ())
    if not prior or finding.number > len(drawn) or drawn[finding.number - 1]["morphology"] != finding.morphology:
        return ""
    share = prior["shares"][finding.number - 1]
    if share == 0:
        return gettext("In the prior it is not there: it is new.")
    if share < 1:
        return gettext("In the prior there is less of it: it has increased.")
    if finding.warrants_recall:
        return gettext("In the prior it is the same: it is stable. Its form warrants recall all the same.")
    return gettext("In the prior it is the same: it is stable.")


def _tell_drawn(study: Study) -> Iterator[str]:
    """A sentence for each thing that somebody may take for a finding, or look for in vain among them."""
    recipe = study.recipe or {}  # of a real case nothing is drawn
    drawn = [(word, find_side(recipe["seed"], word)) for word in recipe.get("distractors", ()) if word in DRAWN]
    drawn += [(mass["kind"], mass["side"]) for mass in recipe.get("context", ())]
    for word, side in drawn:
        yield DRAWN[word]().format(side=Side(side).label)
