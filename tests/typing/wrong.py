"""What mypy has to refuse. `make lint` fails when it lets one of these lines pass, for then its ignore is unused.

And what mypy has to know of types that Wagtail, modelcluster and Django's plugin make: `assert_type` refuses Any.
"""

from typing import assert_type

from wagtail.images import get_image_model
from wagtail.images.models import Image
from wagtail.models import Revision

from accounts.models import User
from courses.assessment.models.questions import Choice, Question
from courses.writing.models import Course, Lesson
from courses.writing.queries import get_course, get_courses
from escan.models import InformationPage


def check_models(course: Course, lesson: Lesson, question: Question, page: InformationPage) -> None:
    get_course("x").no_such_method()  # type: ignore[attr-defined]
    assert lesson.no_such_field  # type: ignore[attr-defined]
    assert question.no_such_field  # type: ignore[attr-defined]
    assert page.no_such_field  # type: ignore[attr-defined]
    Course.objects.filter(no_such_field=1)  # type: ignore[misc]
    get_course(3)  # type: ignore[arg-type]
    assert_type(Course.objects.get(), Course)
    assert_type(course.live, bool)
    assert_type(course.latest_revision, Revision | None)
    assert_type(lesson.live_revision, Revision | None)
    assert_type(lesson.live_revision_id, int | None)
    assert_type(lesson.locked_by, User | None)
    assert_type(lesson.module.course, Course)
    assert_type(lesson.save_revision(), Revision)
    assert_type(question.image, Image | None)
    assert_type(question.choices.get(), Choice)
    assert_type(get_image_model().objects.get(), Image)
    assert_type(get_courses().get().lesson_count, int)
