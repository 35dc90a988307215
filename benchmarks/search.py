"""How well and how fast search answers in an academy of 200 lessons: `python -m benchmarks.search`.

It writes the lessons that are missing to the database of the settings, which has the content: copies of those of
content/ about other organs. Most words of a copy's subject are others, the same ones all through its course, and the
rest of the language is what it was. So the lessons that are meant stay the best answers, and have rivals.
"""

import random
import re
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import django
import yaml
from django.db import transaction

django.setup()

from accounts.models import AccessGrant, User  # noqa: E402 - models are loaded only now
from courses.notes.models import Note, NoteKind  # noqa: E402 - models are loaded only now
from courses.search import finding, indexing  # noqa: E402 - models are loaded only now
from courses.search.results import Result  # noqa: E402 - models are loaded only now
from courses.writing.models import Course, Lesson, Module  # noqa: E402 - models are loaded only now

LESSONS = 200
NOTES = 50
TIMES = 10
GIVEN = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text())
WORDS = GIVEN["words"].split()
# Lessons on other subjects say this share of the words of one, too.
KEPT = 0.08
TOKEN = re.compile(r"<[^>]+>|&\w+;|[^\W\d_]{4,}")
ALWAYS_SUBJECT = ("calcif", "breast", "mammo")
FIXED = {"type", "kind", "id", "image", "video", "decorative"}

Vary = Callable[[str], str]


# --- An academy of 200 lessons ----------------------------------------------------------------------


@transaction.atomic
def fill() -> None:
    originals = list(Lesson.objects.filter(live=True).select_related("module__course").order_by("pk"))
    subject = get_subject(originals)
    for number in range(LESSONS - len(originals)):
        turn, index = divmod(number, len(originals))
        copy_lesson(originals[index], turn + 1, subject)
    indexing.rebuild_search()


def get_subject(lessons: list[Lesson]) -> set[str]:
    """Words that fewer than half of the lessons have."""
    counts: Counter[str] = Counter()
    for lesson in lessons:
        text = f"{lesson.title} {lesson.summary} {lesson.body.raw_data[:]}"
        counts.update({word.lower() for word in TOKEN.findall(text)})
    return {word for word, count in counts.items() if count < len(lessons) / 2 or word.startswith(ALWAYS_SUBJECT)}


def copy_lesson(lesson: Lesson, turn: int, subject: set[str]) -> None:
    vary = get_variation(subject, seed=f"{turn}/{lesson.module.course_id}")
    origin = lesson.module.course
    told = {name: vary(str(getattr(origin, name))) for name in ("title", "summary", "description")}
    fields = {**told, "minutes": origin.minutes, "position": origin.position + 10 * turn, "live": True}
    course, _ = Course.objects.get_or_create(slug=f"{origin.slug}-{turn}", defaults=fields)
    place = {"position": lesson.module.position}
    module, _ = Module.objects.get_or_create(course=course, title=lesson.module.title, defaults=place)
    Lesson.objects.create(
        slug=f"{lesson.slug}-{turn}",
        module=module,
        title=vary(lesson.title)[:120],
        summary=vary(lesson.summary)[:300],
        position=lesson.position,
        body=[change(block, vary) for block in lesson.body.raw_data if block["type"] not in ("video", "question")],
        live=True,
    )


def get_variation(subject: set[str], seed: str) -> Vary:
    chance = random.Random(seed)

    def instead(match: re.Match[str]) -> str:
        word = match[0].lower()
        if word not in subject or chance.random() < KEPT:
            return match[0]
        other: str = random.Random(f"{seed}/{word}").choice(WORDS)
        return other.capitalize() if match[0][0].isupper() else other

    return lambda text: TOKEN.sub(instead, text)


def change(value: Any, vary: Vary) -> Any:
    if isinstance(value, dict):
        return {key: one if key in FIXED else change(one, vary) for key, one in value.items()}
    if isinstance(value, list):
        return [change(one, vary) for one in value]
    return vary(value) if isinstance(value, str) else value


def get_learner() -> User:
    """Has access, and notes."""
    user, is_new = User.objects.get_or_create(email="bench-search@example.org", defaults={"name": "Searcher"})
    if is_new:
        AccessGrant.objects.create(user=user, source="purchase", reference="bench-search")
        place = {"user": user, "kind": NoteKind.NOTE, "block": "b"}
        lessons = Lesson.objects.filter(live=True)[:NOTES]
        Note.objects.bulk_create(Note(lesson=one, text=f"Ask about {one.title}, twice.", **place) for one in lessons)
    return user


# --- What is asked, and how well it is answered -----------------------------------------------------


def ask(user: User, text: str) -> finding.Answer:
    # As each request does.
    user.__dict__.pop("_may_open_everything", None)
    return finding.search(user, text=text)


def get_rank(answer: finding.Answer, wanted: list[str]) -> int:
    """Of the first result that answers, one's own notes aside; 0 where none does on the first page."""
    taught = [result for result in answer.results if result.kind != "Note"]
    return next((rank for rank, result in enumerate(taught, 1) if is_wanted(result, wanted)), 0)


def is_wanted(result: Result, wanted: list[str]) -> bool:
    told = re.sub("<[^>]+>", "", f"{result.title} {result.excerpt}").lower()
    places = (place.partition(" ") for place in wanted)
    return any(f"/{slug}/" in result.url and words.lower() in told for slug, _, words in places)


def measure(user: User, query: dict[str, Any]) -> dict[str, Any]:
    seconds = []
    for _ in range(TIMES):
        began = time.perf_counter()
        answer = ask(user, query["q"])
        seconds.append(time.perf_counter() - began)
    suggested = getattr(answer, "meant", "")
    rank = get_rank(answer, query.get("want", []))
    return {**query, "rank": rank, "found": answer.total, "ms": 1000 * min(seconds), "suggested": suggested}


def table(rows: list[dict[str, Any]]) -> str:
    ranks = [row["rank"] for row in rows if "want" in row]
    times = sorted(row["ms"] for row in rows)
    misspelt = [row["suggested"] == row["meant"] for row in rows if "meant" in row]
    first, three = ranks.count(1), sum(0 < rank <= 3 for rank in ranks)
    reciprocal = sum(1 / rank for rank in ranks if rank) / len(ranks)
    return "\n".join(
        [
            *(f"{row['q']:42}{row['rank']:4}{row['found']:7}{row['ms']:8.1f}  {row['suggested']}" for row in rows),
            f"\n{len(ranks)} with an answer: {first} first, {three} among three, reciprocal rank {reciprocal:.2f}",
            f"{len(misspelt)} misspelt: {sum(misspelt)} understood",
            f"{median(times):.1f} ms at the median, {times[int(len(times) * 0.95) - 1]:.1f} at the 95th percentile",
        ]
    )


def main() -> None:
    if Lesson.objects.filter(live=True).count() < LESSONS:
        fill()
    learner = get_learner()
    ask(learner, "warm")
    print(table([measure(learner, query) for query in GIVEN["queries"]]))


if __name__ == "__main__":
    main()
