"""What a reader may find. The getters here carry the permission."""

from collections.abc import Mapping

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from courses.search.asking import Lexicon, read_lexicon
from courses.search.kinds import KINDS
from courses.search.models import Passage, PassageKind, Synonyms
from courses.search.words import WORD
from courses.writing.models import Lesson
from courses.writing.published import kept_until_published
from courses.writing.queries import Reader, get_open_lessons

# By kind and address, those that the reader may see.
Titles = Mapping[str, Mapping[str, str]]

SHORTEST_MISSPELT = 4


def get_titles(user: Reader) -> Titles:
    return {name: kind.get_titles(user) for name, kind in KINDS.items()}


def get_passages(open_lessons: QuerySet[Lesson], titles: Titles) -> QuerySet[Passage]:
    """Of a locked lesson that is the title alone."""
    is_open = Q(lesson__in=open_lessons.order_by().values("pk"))
    locked = Q(kind=PassageKind.LOCKED, lesson__live=True, lesson__module__course__live=True) & ~is_open
    visible = is_open & ~Q(kind=PassageKind.LOCKED) | locked | Q(course__live=True)
    for kind, addresses in titles.items():
        visible |= Q(kind=kind, page__in=list(addresses))
    return Passage.objects.filter(visible)


def get_locked_passages(open_lessons: QuerySet[Lesson]) -> QuerySet[Passage]:
    """What stands in lessons that this reader cannot open, to be counted and never shown (decision 51)."""
    published = Passage.objects.filter(lesson__live=True, lesson__module__course__live=True)
    return published.exclude(kind=PassageKind.LOCKED).exclude(lesson__in=open_lessons.order_by().values("pk"))


@kept_until_published
def get_lexicon() -> Lexicon:
    return read_lexicon(Synonyms.objects.values_list("words", flat=True))


@kept_until_published
def get_vocabulary(sees_everything: bool) -> frozenset[str]:
    """The words that a reader may find, for what was misspelt to be compared with. Of locked lessons their titles."""
    everybody = AnonymousUser()
    lessons = Lesson.objects.filter(live=True, module__course__live=True)
    passages = get_passages(lessons if sees_everything else get_open_lessons(everybody), get_titles(everybody))
    texts = [*passages.values_list("heading", "text"), *Synonyms.objects.values_list("words")]
    words = {word.lower() for text in texts for part in text for word in WORD.findall(part)}
    return frozenset(word for word in words if len(word) >= SHORTEST_MISSPELT and word.isalpha())
