"""What lies beside a course: told in words, for whatever learners do there is kept."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext

from cme.activities.formats import format_credits
from cme.activities.queries import get_activity
from escan.preview.showing import Place, Preview
from imaging.studies.models import Study


def show_claim(preview: Preview, course: str) -> HttpResponse:
    activity = get_activity(preview.course)
    if activity is None:
        return preview.tell(gettext("Credit"), gettext("This course offers no credit: nothing is claimed here."))
    told = gettext("Here a learner evaluates the course, attests the time, and claims {credits} credits at most.")
    return preview.tell(
        gettext("Evaluation and certificate"),
        told.format(credits=format_credits(activity.max_credits)),
        gettext("A preview claims nothing and makes no certificate."),
    )


def show_study(preview: Preview, lesson_id: int, study_id: int) -> HttpResponse:
    lesson = preview.text.get_lesson(pk=lesson_id)
    told = gettext("Learners open study {number} here from “{lesson}”, read it once, lock it and are told.")
    paragraphs = [
        told.format(number=study_id, lesson=lesson.title),
        gettext("What they read is kept, so it is no part of this preview."),
    ]
    on = None
    if Study.objects.filter(pk=study_id).exists() and preview.request.user.has_perm("imaging.change_opinion"):
        on = Place(reverse("truth_preview", args=[study_id]), gettext("Read it as a learner"))
        paragraphs.append(gettext("The studio shows it as learners read it, and keeps nothing, either."))
    return preview.tell(gettext("Read a study"), *paragraphs, on=on)


def show_elsewhere(preview: Preview) -> HttpResponse:
    return preview.tell(
        gettext("Outside this course"),
        gettext("Learners find another page of the academy here. The preview shows this course alone."),
    )
