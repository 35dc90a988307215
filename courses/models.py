"""Django looks for models here, and other apps import them from here. Inside courses import from the feature."""

from courses.assessment.models.attempts import Attempt, AttemptPurpose, AttemptQuestion, CheckAnswer
from courses.assessment.models.imports import ImportState, QuestionImport
from courses.assessment.models.questions import (
    Choice,
    Objective,
    Question,
    QuestionUse,
    Region,
)
from courses.assessment.models.regrades import Regrade, RegradedAttempt, RegradeState
from courses.faults.models import StandingFault
from courses.learning.models import (
    Completion,
    Enrolment,
    LessonProgress,
    WatchClock,
    WatchedTime,
)
from courses.notes.models import Note, NoteKind
from courses.recall.models import Rating, RecallAnswer, RecallCard
from courses.reports.models import ReportFigure, ReportMaking
from courses.search.models import Passage, PassageKind, Synonyms
from courses.videos.models import Video, VideoStatus, VideoStream
from courses.writing.models import (
    Archived,
    Course,
    Explain,
    FacultyMember,
    Lesson,
    LessonRendering,
    Module,
    PublishedSlug,
    validate_lesson_slug,
)

__all__ = [
    "Archived",
    "Attempt",
    "AttemptPurpose",
    "AttemptQuestion",
    "CheckAnswer",
    "Choice",
    "Completion",
    "Course",
    "Enrolment",
    "Explain",
    "FacultyMember",
    "ImportState",
    "Lesson",
    "LessonProgress",
    "LessonRendering",
    "Module",
    "Note",
    "NoteKind",
    "Objective",
    "Passage",
    "PassageKind",
    "PublishedSlug",
    "Question",
    "QuestionImport",
    "QuestionUse",
    "Rating",
    "RecallAnswer",
    "RecallCard",
    "Region",
    "Regrade",
    "RegradeState",
    "RegradedAttempt",
    "ReportFigure",
    "ReportMaking",
    "StandingFault",
    "Synonyms",
    "Video",
    "VideoStatus",
    "VideoStream",
    "WatchClock",
    "WatchedTime",
    "validate_lesson_slug",
]
