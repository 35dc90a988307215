"""Reads of courses. The getters carry the permission: what they return, the user may see."""

from courses.queries.attempts import get_attempt_for, get_attempts, get_open_attempt, get_pre_test
from courses.queries.checks import get_check_answer, get_check_for, get_picture_for
from courses.queries.films import WatchedFilm
from courses.queries.left import Left, get_left
from courses.queries.lessons import (
    CourseLocked,
    LessonLocked,
    Reader,
    Sample,
    get_course,
    get_courses,
    get_figure_for,
    get_lesson_for,
    get_samples,
    get_video_for,
    is_author,
    may_open_everything,
)
from courses.queries.outlines import Outline, OutlineLesson, get_outline
from courses.queries.progress import (
    Study,
    get_completion,
    get_studies,
)
from courses.queries.review import (
    Review,
    ask,
    count_due,
    get_asked_card,
    get_forecast,
    get_next_card,
    get_open_cards,
    get_review,
    get_review_answer_for,
    get_today,
)
from courses.queries.writing import get_edited_by, get_ids_in_lessons, get_status, get_unpublished, in_brief

__all__ = [
    "CourseLocked",
    "Left",
    "LessonLocked",
    "Outline",
    "OutlineLesson",
    "Reader",
    "Review",
    "Sample",
    "Study",
    "WatchedFilm",
    "ask",
    "count_due",
    "get_asked_card",
    "get_attempt_for",
    "get_attempts",
    "get_check_answer",
    "get_check_for",
    "get_completion",
    "get_course",
    "get_courses",
    "get_edited_by",
    "get_figure_for",
    "get_forecast",
    "get_ids_in_lessons",
    "get_left",
    "get_lesson_for",
    "get_next_card",
    "get_open_attempt",
    "get_open_cards",
    "get_outline",
    "get_picture_for",
    "get_pre_test",
    "get_review",
    "get_review_answer_for",
    "get_samples",
    "get_status",
    "get_studies",
    "get_today",
    "get_unpublished",
    "get_video_for",
    "in_brief",
    "is_author",
    "may_open_everything",
]
