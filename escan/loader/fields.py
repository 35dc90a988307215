"""The fields of each file of a course and of the rows they fill: one list, by which files are read and written.

What a row has beside these stays in its academy, and `tests/escan/packages/test_fields.py` says of each why.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from courses.models import Explain, QuestionUse
from escan.loader.errors import ContentError
from escan.loader.markdown import check_fields
from escan.loader.prose import to_html
from escan.loader.rich_text import to_markdown

REQUIRED = object()


def _same(value: Any) -> Any:
    return value


class Field(NamedTuple):
    name: str
    """In the file; of a field within another, both with a point between."""
    row: str
    """In the row."""
    default: Any = REQUIRED
    """What it is without being said. A field that has none is always written."""
    read: Callable[[Any], Any] = _same
    write: Callable[[Any], Any] = _same


def read_fields(data: Mapping[str, Any], fields: Iterable[Field]) -> dict[str, Any]:
    """Raises KeyError for what is missing."""
    read = {}
    for field in fields:
        found: Any = data
        for name in field.name.split("."):
            found = found[name] if field.default is REQUIRED else (found or {}).get(name, REQUIRED)
            if found is REQUIRED:
                break
        read[field.row] = field.default if found is REQUIRED else field.read(found)
    return read


def write_fields(row: Any, fields: Iterable[Field]) -> dict[str, Any]:
    written: dict[str, Any] = {}
    for field in fields:
        value = getattr(row, field.row)
        if field.default is not REQUIRED and value == field.default:
            continue
        *outer, name = field.name.split(".")
        within = written
        for each in outer:
            within = within.setdefault(each, {})
        within[name] = field.write(value)
    return written


def list_names(fields: Iterable[Field], *more: str) -> list[str]:
    """Of a file, from the outside."""
    return [*dict.fromkeys(field.name.partition(".")[0] for field in fields), *more]


# --- What is read otherwise than it is kept ---------------------------------------------------------------


def write_lines(text: str) -> str:
    """As every system breaks its lines."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def split_lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def join_lines(lines: Any) -> str:
    if not isinstance(lines, list):
        raise ContentError(f"there should be a list, and not “{str(lines)[:60]}”")
    return "\n".join(str(line) for line in lines)


def write_markdown(html: str) -> str:
    """As text of lines, whether there is one or several."""
    text = to_markdown(html)
    return f"{text}\n" if text else ""


def read_explain(explain: Any) -> str:
    if str(explain) not in Explain.values:
        raise ContentError(f"“explain” of the post-test is {' or '.join(Explain.values)}, and not “{explain}”")
    return str(explain)


def read_flag(flag: Any) -> bool:
    if not isinstance(flag, bool):
        raise ContentError(f"there should be true or false, and not “{str(flag)[:60]}”")
    return flag


# --- The files --------------------------------------------------------------------------------------------

COURSE = (
    Field("title", "title"),
    Field("summary", "summary"),
    Field("description", "description", read=to_html, write=write_markdown),
    Field("audience", "audience"),
    Field("minutes", "minutes"),
    Field("position", "position", 0),
    Field("objectives", "objectives", read=join_lines, write=split_lines),
    Field("post_test.questions", "post_test_questions"),
    Field("post_test.passing_score", "passing_score"),
    Field("post_test.explain", "explain", Explain.AFTER_PASSING.value, read=read_explain),
    Field("pre_test.questions", "pre_test_questions", 0),
)
FACULTY = (
    Field("name", "name"),
    Field("role", "role"),
    Field("bio", "bio", "", write=write_lines),
    Field("disclosure", "disclosure", write=write_lines),
)
LESSON = (
    Field("title", "title"),
    Field("summary", "summary"),
    Field("minutes", "minutes"),
    Field("preview", "is_preview", False, read=read_flag),
    Field("required", "is_required", True, read=read_flag),
    Field("steps", "is_stepwise", False, read=read_flag),
    Field("announced", "is_announced", True, read=read_flag),
)
QUESTION = (
    Field("use", "use", QuestionUse.TEST.value),
    Field("stem", "stem", read=to_html, write=write_markdown),
    Field("rationale", "rationale", "", write=write_lines),
    Field("references", "references", "", read=join_lines, write=split_lines),
)
TEST_SET = (
    Field("title", "title"),
    Field("summary", "summary"),
    Field("course", "course", ""),
    Field("least_sensitivity", "least_sensitivity"),
    Field("least_specificity", "least_specificity"),
    Field("cases", "cases"),
)
MODULE = ("title", "lessons")
ENTRY = ("slug", "title")
# What of a question is a row of its own, or a file; the rest its kind says.
LINKS = ("key", "kind", "lesson", "objective", "stands_for", "picture", "image", "alt", "fresh")
FRESH = ("picture", "regions")


def check_course(data: Any) -> dict[str, Any]:
    """Raises ContentError for fields that nobody knows."""
    course = check_fields(data, list_names(COURSE, "faculty", "modules"))
    for person in course["faculty"]:
        check_fields(person, list_names(FACULTY))
    for module in course["modules"]:
        for entry in check_fields(module, MODULE)["lessons"]:
            check_fields(entry, ENTRY)
    return course
