"""A course as its files: what `content/` has of it, in the one form in which it is written (content/README.md)."""

import json
from dataclasses import dataclass, field
from typing import Any

from escan.loader.yaml_text import dump_yaml
from escan.packages.media import Media, Words

Fields = dict[str, Any]


@dataclass
class LessonFile:
    meta: Fields
    text: str

    def write(self) -> str:
        return f"---\n{dump_yaml(self.meta)}---\n{self.text}"


@dataclass
class Tree:
    slug: str
    course: Fields
    lessons: dict[str, LessonFile] = field(default_factory=dict)
    questions: list[Fields] = field(default_factory=list)
    studies: list[Fields] = field(default_factory=list)
    test_sets: dict[str, Fields] = field(default_factory=dict)
    media: dict[str, Media] = field(default_factory=dict)
    """By their paths in the course's folder."""

    def write(self) -> dict[str, Media]:
        """Every file by its path, in order."""
        texts = {
            "course.yaml": dump_yaml(self.course),
            "questions.yaml": dump_yaml(sorted(self.questions, key=lambda entry: str(entry["key"]))),
            **{f"lessons/{slug}.md": lesson.write() for slug, lesson in self.lessons.items()},
        }
        if self.studies:
            texts["studies.yaml"] = dump_yaml(sorted(self.studies, key=lambda entry: str(entry["key"])))
        files: dict[str, Media] = {f"courses/{self.slug}/{path}": Words(text.encode()) for path, text in texts.items()}
        files |= {f"courses/{self.slug}/{path}": media for path, media in self.media.items()}
        files |= {f"test-sets/{slug}.yaml": Words(dump_yaml(each).encode()) for slug, each in self.test_sets.items()}
        return dict(sorted(files.items()))


def write_facts(facts: Fields) -> bytes:
    """What is known of a picture, as its file beside it has it; databases keep no order."""
    return (json.dumps(facts, separators=(",", ":"), sort_keys=True) + "\n").encode()
