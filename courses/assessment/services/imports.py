"""Questions from files: read and told first, written all at once or not at all when the author says so, as drafts."""

from datetime import timedelta
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Field
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from accounts.models import User
from core.caching import pages
from core.enqueue import enqueue
from core.faults import ask
from courses.assessment.errors import ImportClosed, NotUnderstood
from courses.assessment.formats import read_file
from courses.assessment.formats.neutral import Given, Line
from courses.assessment.formats.words import to_words
from courses.assessment.kinds import KINDS
from courses.assessment.models.imports import TO_CONFIRM, ImportState, QuestionImport
from courses.assessment.models.questions import Choice, Question
from courses.faults.known import Alone
from courses.faults.reading import QuestionText
from courses.writing.models import Course
from courses.writing.services import NewQuestion, add_questions

LEASE = timedelta(minutes=5)
"""More than writing may take."""
MOST_STARTS = 3
KEPT = timedelta(days=1)
"""Of what nobody decides about."""
AT_ONCE = 30
"""Questions, between two words on how far it is: SQLite takes 999 values in a statement, and a question has 30."""
LONGEST_KEY = 70
"""Letters; a number may come behind."""

Fields = dict[str, Any]


# --- Reading ------------------------------------------------------------------------------------------


@transaction.atomic
def read_questions(*, course: Course, use: str, data: bytes, file_name: str, by: User) -> QuestionImport:
    """Keep what was understood of a file and what not; no question is written yet. Raises FileRefused."""
    form, report = read_file(data)
    known = _list_stems(course)
    questions: list[Fields] = []
    lines = list(report.lines)
    for given in report.questions:
        try:
            questions.append(_to_entry(given, use))
        except NotUnderstood as error:
            lines.append(Line(given.line, str(error), given.name, is_refused=True))
            continue
        if told := known.get(to_words(given.stem)):
            same = _("The course has a question of the same words already: %(key)s.") % {"key": told}
            lines.append(Line(given.line, same, given.name))
    row = QuestionImport.objects.create(
        course=course,
        use=use,
        form=form,
        file_name=" ".join(file_name.split())[-120:],
        by=by,
        total=len(questions),
        questions=questions,
        lines=[[line.number, line.told, line.name, line.is_refused] for line in sorted(lines, key=lambda x: x.number)],
    )
    log(row, "courses.read_questions", user=by, data={"questions": len(questions), "lines": len(lines)})
    return row


def _list_stems(course: Course) -> dict[str, str]:
    stems = Question.objects.filter(course=course).values_list("stem", "key")
    return {to_words(stem): key for stem, key in stems}


def _to_entry(given: Given, use: str) -> Fields:
    """As it will be written, after every check of a draft. Raises NotUnderstood."""
    kind, entry = next(((kind, entry) for kind in KINDS.values() if (entry := kind.take_in(given.body))), (None, None))
    if kind is None or entry is None:
        raise NotUnderstood(_("There is no such kind of question here."))
    fields = {"kind": kind.name, "use": use, "stem": given.stem, "rationale": given.rationale, **entry.fields}
    question = Question(**fields)
    choices = [Choice(sort_order=place, **choice) for place, choice in enumerate(entry.choices)]
    try:
        question.clean_fields(exclude=["course", "key"])
        for choice in choices:
            choice.clean_fields(exclude=["question", *([] if choice.rationale else ["rationale"])])
    except ValidationError as error:
        raise NotUnderstood(_tell(error)) from error
    question.choices.set(choices)
    question.regions.set([])  # or they would be asked of the database
    return {
        "name": given.name,
        "fields": fields
        | {name: f"{number:f}" for name, number in entry.fields.items() if name in ("value", "tolerance")},
        "choices": [dict(choice) for choice in entry.choices],
        "lacks": find_lacks(question),
    }


def find_lacks(question: Question) -> list[str]:
    """What publishing of it waits for. It is no row yet, and is asked about by the thousand."""
    text = QuestionText.read(None, question.serializable_data(), Alone())
    return list(dict.fromkeys(fault.told for fault in ask(Question, text) if fault.stops))


def _tell(error: ValidationError) -> str:
    return " ".join(f"{name}: {' '.join(told)}" for name, told in error.message_dict.items())


# --- The author's word --------------------------------------------------------------------------------


@transaction.atomic
def confirm_import(*, pk: int, by: User) -> None:
    """Have a worker write what was understood. Raises ImportClosed."""
    asked = QuestionImport.objects.filter(pk=pk, state__in=TO_CONFIRM, total__gt=0)
    if not asked.update(state=ImportState.WAITING, lease_until=timezone.now() + LEASE, starts=0, error="", by=by):
        raise ImportClosed
    row = QuestionImport.objects.get(pk=pk)
    pages.delete(row.progress_key)
    log(row, "courses.confirm_import", user=by)
    enqueue("courses.assessment.tasks.write_import", pk)


@transaction.atomic
def discard_import(*, pk: int, by: User) -> None:
    """Raises ImportClosed for what is written or being written."""
    row = QuestionImport.objects.select_for_update().filter(pk=pk, state__in=TO_CONFIRM).first()
    if row is None:
        raise ImportClosed
    log(row, "courses.discard_import", user=by)
    row.delete()


# --- Writing ------------------------------------------------------------------------------------------


def write_import(*, pk: int) -> None:
    """All questions of an import in one transaction; does nothing the second time."""
    claimed = QuestionImport.objects.filter(pk=pk, state=ImportState.WAITING)
    if not claimed.update(starts=F("starts") + 1, lease_until=timezone.now() + LEASE):
        return
    with transaction.atomic():
        row = QuestionImport.objects.select_for_update(of=("self",)).select_related("course", "by").get(pk=pk)
        if row.state != ImportState.WAITING:
            return
        row.made = _write(row)
        row.state, row.questions, row.lease_until = ImportState.DONE, [], None
        row.save(update_fields=["made", "state", "questions", "lease_until"])
        log(row, "courses.import_questions", user=row.by, data={"questions": len(row.made)})


def _write(row: QuestionImport) -> list[tuple[int, str]]:
    made: list[Question] = []
    keys = set(Question.objects.values_list("key", flat=True))
    new = [
        NewQuestion(make_key(entry["name"], row.course.slug, keys), _from_json(entry["fields"]), entry["choices"])
        for entry in row.questions
    ]
    for start in range(0, len(new), AT_ONCE):
        pages.set(row.progress_key, start, timeout=LEASE.total_seconds())
        made += add_questions(course=row.course, questions=new[start : start + AT_ONCE], by=row.by)
    return [(question.pk, question.key) for question in made]


def _from_json(fields: Fields) -> Fields:
    return {name: cast("Field[Any, Any]", Question._meta.get_field(name)).to_python(fields[name]) for name in fields}


def make_key(name: str, course: str, taken: set[str]) -> str:
    """The name as a key that no question has; it is taken then."""
    base = (slugify(name) or f"{course}-question")[:LONGEST_KEY].strip("-")
    key, number = base, 1
    while key in taken:
        number += 1
        key = f"{base}-{number}"
    taken.add(key)
    return key


def forget_imports() -> None:
    """After a day, files that nobody decided about."""
    QuestionImport.objects.filter(state__in=TO_CONFIRM, created_at__lt=timezone.now() - KEPT).delete()


def sweep_imports() -> list[int]:
    """Imports whose message or worker was lost, to be started again; what failed three times is told as such."""
    left = QuestionImport.objects.filter(state=ImportState.WAITING, lease_until__lt=timezone.now())
    left.filter(starts__gte=MOST_STARTS).update(
        state=ImportState.FAILED,
        error=_("It could not be written in three tries, and nothing of it came in. Try again, or ask the operator."),
    )
    return list(left.values_list("pk", flat=True))
