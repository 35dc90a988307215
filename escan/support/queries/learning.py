"""How far a person is in each course, and why there is no credit yet, in words for staff."""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.utils.translation import gettext, ngettext

from accounts.models import User
from accounts.queries import has_access
from cme.claims.offers import find_obstacle
from cme.models import Activity, Claim
from core.dates import format_day, format_moment_and_zone
from core.durations import clock
from courses.learning.queries.answered import get_answered
from courses.learning.queries.watched import WatchedVideo, watch
from courses.models import Attempt, AttemptPurpose, Completion, Course, Enrolment, Lesson, LessonProgress
from courses.writing.published import get_contents


@dataclass(frozen=True)
class CourseStory:
    """One course of a person: where it stands, and what is missing."""

    course: Course
    state: str
    missing: list[str] = field(default_factory=list)
    is_stuck: bool = False
    """Completed, and yet without credit."""
    progress: "Progress | None" = None
    """Of a course that was begun here, not where another account brought the completion along."""


@dataclass(frozen=True)
class Progress:
    """How far a person is in the lessons of one course."""

    begun_at: datetime
    seen_at: datetime
    done: int
    lessons: int
    """The published ones."""
    watched: int
    """Seconds of video."""
    next: Lesson | None


@dataclass(frozen=True)
class Facts:
    """Everything that the sentences are made of, read once for all courses."""

    user: User
    now: datetime
    is_open: bool
    enrolments: dict[int, Enrolment]
    completions: dict[int, Completion]
    claims: dict[int, Claim]
    activities: dict[int, Activity]
    read: set[int]
    attempts: dict[int, list[Attempt]]
    videos: dict[int, WatchedVideo]
    answered: frozenset[int]


def tell_courses(user: User, now: datetime) -> list[CourseStory]:
    """The courses that the person has begun, the newest first. The same queries for any number of them."""
    enrolments = list(
        Enrolment.objects.filter(user=user)
        .select_related("course")
        .defer("course__description")
        .order_by("-last_seen_at")
    )
    completions = list(Completion.objects.filter(user=user).select_related("course").defer("course__description"))
    claims = {claim.activity.course_id: claim for claim in Claim.objects.filter(user=user).select_related("activity")}
    courses = {row.course_id: row.course for row in enrolments} | {row.course_id: row.course for row in completions}
    activities = Activity.objects.filter(course__in=courses).prefetch_related("credit_types")
    attempts: dict[int, list[Attempt]] = defaultdict(list)
    for attempt in Attempt.objects.filter(user=user, purpose=AttemptPurpose.POST_TEST).order_by("started_at"):
        attempts[attempt.course_id].append(attempt)
    lessons = LessonProgress.objects.filter(user=user, completed_at__isnull=False)
    facts = Facts(
        user=user,
        now=now,
        is_open=has_access(user),
        enrolments={row.course_id: row for row in enrolments},
        completions={row.course_id: row for row in completions},
        claims=claims,
        activities={row.course_id: row for row in activities},
        read=set(lessons.values_list("lesson", flat=True)),
        attempts=attempts,
        videos=watch(user, (video for pk in courses for each in get_contents(pk).videos.values() for video in each)),
        answered=get_answered(user),
    )
    return [replace(tell_course(course, facts), progress=find_progress(course, facts)) for course in courses.values()]


def find_progress(course: Course, facts: Facts) -> Progress | None:
    enrolment = facts.enrolments.get(course.pk)
    if enrolment is None:
        return None
    contents = get_contents(course.pk)
    lessons = [lesson for _, each in contents.modules for lesson in each if lesson.live]
    waiting = [lesson for lesson in lessons if lesson.pk not in facts.read]
    stopped = [lesson for lesson in waiting if lesson.pk == enrolment.last_lesson_id]
    videos = {video.pk for each in contents.videos.values() for video in each}
    return Progress(
        begun_at=enrolment.enrolled_at,
        seen_at=enrolment.last_seen_at,
        done=len(lessons) - len(waiting),
        lessons=len(lessons),
        watched=sum(facts.videos[pk].bits.bit_count() for pk in videos),
        next=next(iter(stopped or waiting), None),
    )


def tell_course(course: Course, facts: Facts) -> CourseStory:
    if course.pk in facts.claims:
        return CourseStory(course, gettext("Completed, and credit claimed"))
    if course.pk in facts.completions:
        return tell_completed(course, facts)
    return CourseStory(course, gettext("Not completed"), tell_missing(course, facts))


def tell_completed(course: Course, facts: Facts) -> CourseStory:
    """Why there is a completion and no credit."""
    completion, activity = facts.completions[course.pk], facts.activities.get(course.pk)
    done = gettext("Completed on {day} with {score}%").format(
        day=format_day(completion.completed_on), score=f"{completion.score.normalize():f}"
    )
    if activity is None:
        return CourseStory(course, done, [gettext("This course offers no credit.")])
    why = find_obstacle(
        user=facts.user, activity=activity, completion=completion, has_access=facts.is_open, now=facts.now
    )
    told = gettext(
        "The credit can be claimed, until {day}: the person has not done so yet. It is a page of the course."
    )
    missing = why or told.format(day=format_day(activity.expires_on))
    return CourseStory(course, gettext("{done}, without credit").format(done=done), [missing], is_stuck=True)


def tell_missing(course: Course, facts: Facts) -> list[str]:
    """What stands between the person and the completion."""
    enrolment, attempts = facts.enrolments.get(course.pk), facts.attempts.get(course.pk, [])
    has_read_all = bool(enrolment and enrolment.lessons_completed_at)
    left = [] if has_read_all else find_unread(course, facts)
    sentences = [tell_lesson(lesson, facts) for lesson in left]
    if not left:
        sentences.append(tell_post_test(attempts))
    if not facts.is_open:
        sentences.append(gettext("There is no access: the lessons and the post-test are closed."))
    return sentences


def find_unread(course: Course, facts: Facts) -> list[Lesson]:
    lessons = [lesson for _, each in get_contents(course.pk).modules for lesson in each]
    return [each for each in lessons if each.live and each.is_required and each.pk not in facts.read]


def tell_lesson(lesson: Lesson, facts: Facts) -> str:
    contents = get_contents(lesson.module.course_id)
    seconds = sum(facts.videos[video.pk].left for video in contents.videos.get(lesson.pk, []))
    checks = len(set(contents.checks.get(lesson.pk, [])) - facts.answered)
    left = []
    if checks:
        left.append(ngettext("one check is not answered", "{n} checks are not answered", checks).format(n=checks))
    if seconds:
        left.append(gettext("{time} of video are not watched").format(time=clock(seconds)))
    if not left:
        return gettext("Lesson “{lesson}” is not marked as completed.").format(lesson=lesson)
    return gettext("Lesson “{lesson}” is not completed: {left}.").format(lesson=lesson, left=", ".join(left))


def tell_post_test(attempts: list[Attempt]) -> str:
    if not attempts:
        return gettext("All lessons are done. The post-test was not begun.")
    if attempts[-1].is_open:
        return gettext("All lessons are done. The post-test was begun on {moment} and not handed in.").format(
            moment=format_moment_and_zone(attempts[-1].started_at)
        )
    best = max(attempt.score for attempt in attempts if attempt.score is not None)
    told = ngettext(
        "All lessons are done. The post-test was handed in once, with {best}%; {needed}% are needed.",
        "All lessons are done. The post-test was handed in {count} times, at best with {best}%; {needed}% are needed.",
        len(attempts),
    )
    said = told.format(count=len(attempts), best=f"{best.normalize():f}", needed=attempts[-1].passing_score)
    return f"{said} {gettext('It was asked in words.')}" if attempts[-1].is_in_words else said
