"""The blocks of a lesson, in the order in which the editor offers them."""

from courses.writing.blocks import (
    TABLE,
    CalloutBlock,
    FigureBlock,
    QuestionBlock,
    RatesBlock,
    ReferencesBlock,
    TextBlock,
    VideoBlock,
)
from courses.writing.view_blocks import PairBlock, StudyBlock, ViewBlock

LESSON_BLOCKS = [
    ("text", TextBlock()),
    ("figure", FigureBlock()),
    ("callout", CalloutBlock()),
    ("table", TABLE),
    ("rates", RatesBlock()),
    ("view", ViewBlock()),
    ("pair", PairBlock()),
    ("study", StudyBlock()),
    ("video", VideoBlock()),
    ("question", QuestionBlock()),
    ("references", ReferencesBlock()),
]
