"""Which study comes next, and how far a run is. What is true of a study is read to choose it, never to show it."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date
from random import Random

from django.db.models import Count, Exists, OuterRef, Q
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext

from accounts.models import User
from imaging.evidence.look_alikes import find_alikes
from imaging.evidence.lookup import get_evidence
from imaging.practice.aims import Aim, find_aim
from imaging.practice.choosing import Candidate, Wish, choose, find_lacking
from imaging.practice.judging import fetch_ahead, judge_reading, skill_of
from imaging.practice.models import LENGTH, Rating, ReaderLevel, Run, SkillMemory, StudyDifficulty
from imaging.practice.skills import NORMAL, Outcome, Skill, Word, find_skill, is_seen
from imaging.reading.models import Reading
from imaging.reading.queries import Reader, get_readable_studies, get_readings, may_read_everything
from imaging.reading.words import name_of
from imaging.studies import seeds
from imaging.studies.models import Finding, Region, Study, StudyKind, Truth

LATELY = 5
"""Readings whose forms have their look-alikes interleaved."""
FEW = 5
"""Unread studies of a kind, below which more are wanted."""


def today() -> date:
    """In UTC, as skills are rated."""
    return timezone.now().astimezone(UTC).date()


# --- Which study comes next ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Choice:
    study: int
    lacking: Skill | None = None
    """A skill that this reader needs and has read every study of."""
    is_running_out: bool = False


def choose_study(reader: Reader, aim: Aim | None = None) -> Choice | None:
    """A study that this reader has not read, by what they need; once all are read, one of those read least often.

    Without access the open ones come once each, in an order by chance. Six queries, however many studies.
    """
    chance = Random(seeds.draw_seed())  # noqa: S311 - seeded by the kernel
    if not reader.user or not may_read_everything(reader):
        unread = get_readable_studies(reader).exclude(pk__in=get_readings(reader).locked().values("study"))
        keys = sorted(unread.values_list("pk", flat=True))
        return Choice(chance.choice(keys)) if keys else None
    return _choose_for(reader.user, aim, chance)


def _choose_for(user: User, aim: Aim | None, chance: Random) -> Choice | None:
    times = dict(Reading.objects.locked().filter(user=user).values_list("study").annotate(Count("pk")).order_by())
    candidates = list_candidates()
    unread = [each for each in candidates if each.study not in times]
    if not unread:
        everything = list(Study.objects.for_practice().order_by("pk").values_list("pk", flat=True))
        least = min((times.get(pk, 0) for pk in everything), default=0)
        again = [pk for pk in everything if times.get(pk, 0) == least]
        return Choice(chance.choice(again), is_running_out=True) if again else None
    wish = get_wish(user, aim)
    lacking = find_lacking(unread, wish)
    left = [sum(each.kind == kind for each in unread) for kind in StudyKind]
    return Choice(
        choose(unread, wish, chance).study,
        lacking=chance.choice(lacking) if lacking else None,
        is_running_out=min(left) < FEW,
    )


def list_candidates() -> list[Candidate]:
    """The studies of practice whose finding can be seen, if there is one. Three queries.

    A study that nobody has read is taken to be as hard as those of its skill that were read.
    """
    rated: dict[int, float] = dict(StudyDifficulty.objects.values_list("study", "difficulty"))
    words = _read_words()
    current = Truth.objects.filter(is_current=True, study__in=Study.objects.for_practice()).order_by("study")
    found = [
        Candidate(
            study,
            kind,
            find_skill(is_normal=kind == StudyKind.NORMAL, warrants_recall=recall, words=words[pk]),
            rated.get(study, 0.0),
        )
        for pk, study, kind, recall in current.values_list("pk", "study", "kind", "recall")
        if is_seen(warrants_recall=recall, words=words[pk])
    ]
    return _guess_difficulties(found, rated)


def _read_words() -> dict[int, list[Word]]:
    """By truth."""
    words: dict[int, list[Word]] = defaultdict(list)
    current = Finding.objects.filter(truth__is_current=True, truth__study__in=Study.objects.for_practice())
    visible = Exists(Region.objects.filter(finding=OuterRef("pk"), is_visible=True))
    rows = current.annotate(seen=visible).order_by("truth", "number")
    fields = ("truth", "morphology", "distribution", "warrants_recall", "seen")
    for truth, morphology, distribution, warrants_recall, seen in rows.values_list(*fields):
        words[truth].append(Word(Skill(morphology, distribution), warrants_recall, seen))
    return words


def _guess_difficulties(candidates: list[Candidate], rated: dict[int, float]) -> list[Candidate]:
    of_skill: dict[Skill | None, list[float]] = defaultdict(list)
    for each in candidates:
        if each.study in rated:
            of_skill[each.skill].append(each.difficulty)
    usual = {skill: sum(values) / len(values) for skill, values in of_skill.items()}
    return [
        each if each.study in rated else replace(each, difficulty=usual.get(each.skill, 0.0)) for each in candidates
    ]


def get_wish(user: User, aim: Aim | None) -> Wish:
    """Three queries; two where something is practised by name."""
    memories = list(SkillMemory.objects.filter(user=user))
    level = ReaderLevel.objects.filter(user=user).values_list("level", flat=True).first()
    return Wish(
        due=frozenset(each.skill for each in memories if each.due_on <= today()),
        known=frozenset(each.skill for each in memories),
        level=level or 0.0,
        aimed=aim.forms if aim else frozenset(),
        alike=aim.alike if aim else find_alikes(_read_lately(user)),
    )


def _read_lately(user: User) -> frozenset[str]:
    """Forms that decided the studies read last; of a test set only once it is told, or what comes would tell them."""
    told = Reading.objects.told().filter(user=user).order_by("-locked_at")[:LATELY]
    forms = Finding.objects.filter(truth__in=list(told.values_list("truth", flat=True)))
    decided = forms.filter(Q(warrants_recall=True) | Q(truth__kind=StudyKind.BENIGN))
    return frozenset(decided.values_list("morphology", flat=True))


# --- Runs ---------------------------------------------------------------------------------------------


def get_open_run(reader: Reader) -> Run | None:
    return Run.objects.filter(user=reader.user, ended_at=None).first() if reader.user else None


def get_run_for(reader: Reader, key: str) -> Run:
    """The reader's own; another's is not there (404)."""
    run = Run.objects.filter(user=reader.user, key=key).first() if reader.user else None
    if run is None:
        raise Http404("There is no such run.")
    return run


def count_read(run: Run) -> int:
    return run.steps.exclude(reading__locked_at=None).count()


@dataclass(frozen=True)
class Standing:
    """The run that is open, for the page of practice."""

    run: Run
    read: int

    @property
    def aim(self) -> Aim | None:
        return find_aim(self.run.aim)

    @property
    def number(self) -> int:
        """Of the study that comes, or that was begun."""
        return min(self.read + 1, LENGTH)


def get_standing(reader: Reader) -> Standing | None:
    """Two queries; one where no run is open."""
    run = get_open_run(reader)
    return Standing(run, count_read(run)) if run else None


def count_due(reader: Reader) -> int:
    return SkillMemory.objects.filter(user=reader.user, due_on__lte=today()).count() if reader.user else 0


@dataclass(frozen=True)
class Done:
    """A locked reading of a run."""

    number: int
    reading: Reading
    skill: Skill | None
    outcome: Outcome | None
    """None where it counts nowhere."""

    @property
    def name(self) -> str:
        """What decided the study, in words of the lexicon."""
        if self.skill == NORMAL:
            return gettext("Normal")
        if self.skill is None:
            return gettext("Without calcifications that decide")
        return ", ".join(filter(None, [name_of(self.skill.morphology), name_of(self.skill.distribution).lower()]))

    @property
    def text(self) -> str:
        """What one sees of the form."""
        word = get_evidence().descriptors.get(self.skill.morphology) if self.skill else None
        return word.text if word else ""

    @property
    def words(self) -> str:
        """How it was read."""
        return str(Rating(self.outcome.rating).label) if self.outcome else ""

    @property
    def is_withdrawn(self) -> bool:
        return self.reading.study.is_withdrawn

    @property
    def is_right(self) -> bool:
        return self.outcome is not None and self.outcome.is_right

    @property
    def is_wrong(self) -> bool:
        return self.outcome is not None and not self.outcome.is_right


@dataclass(frozen=True)
class Report:
    """What a run has come to."""

    run: Run
    done: tuple[Done, ...]

    @property
    def aim(self) -> Aim | None:
        return find_aim(self.run.aim)

    @property
    def counted(self) -> list[Done]:
        return [each for each in self.done if each.outcome]

    @property
    def right(self) -> int:
        return sum(each.is_right for each in self.done)

    @property
    def again(self) -> list[Done]:
        """What is worth another look."""
        return [each for each in self.done if each.is_wrong]


def get_report(run: Run) -> Report:
    """Eight queries, and one more where views were asked for, however many readings."""
    return Report(run, tuple(_tell(run)))


def _tell(run: Run) -> Iterator[Done]:
    locked = run.steps.exclude(reading__locked_at=None).select_related("reading__study", "reading__truth")
    steps = list(locked.order_by("number"))
    fetch_ahead([step.reading for step in steps])
    for step in steps:
        outcome = None if step.reading.study.is_withdrawn else judge_reading(step.reading)
        yield Done(step.number, step.reading, skill_of(step.reading), outcome)
