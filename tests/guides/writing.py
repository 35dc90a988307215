"""A small guide: as a file, and as what the loader makes of it."""

from pathlib import Path

from escan.loader.guides import load_guides
from guides.models import Guide
from reviews.models import ReviewSetting
from tests.course_fixtures import SVG

FILE = """---
title: The edge of the lung
summary: What a thin white line at the apex is, and what it is not.
author: eScan Academy
position: 1
---
## What it is

A **thin** line with no vessels beyond it.

### On a supine film

It lies elsewhere.

::: figure
caption: A figure of the guide.
source: Drawn for the test.
panels:
  - image: edge.svg
    alt: A white line below the apex.
:::

## What people ask

::: answers
- question: Is every line an edge?
  answer: |
    No. A skin fold ends *somewhere*.
:::

## For patients

::: patients
### What now?

Ask the doctor who sent you.
:::

::: call-to-action
Learn to see it.
:::

::: references
- Author A. Edges. Journal of Edges. 2001. https://doi.org/10.1000/edges.1
:::
"""

# The same, once a physician has signed.
REVIEWED = FILE.replace("position:", "reviewer: Ada Lindqvist, MD\nreviewed_on: 2026-11-20\nposition:")


def write_file(root: Path, text: str = FILE, *, slug: str = "edge") -> None:
    figures = root / "guides" / "figures"
    figures.mkdir(parents=True, exist_ok=True)
    (figures / "edge.svg").write_text(SVG.format(size=40))
    (root / "guides" / f"{slug}.md").write_text(text)


def load_guide(root: Path, text: str = FILE, *, slug: str = "edge") -> Guide:
    """Publishes it. Authors may, too: review is the point of tests/reviews alone."""
    ReviewSetting.objects.get_or_create(scope="guides", defaults={"medical": False, "cme": False})
    write_file(root, text, slug=slug)
    assert f"guide/{slug}: published" in list(load_guides(root))
    return Guide.objects.get(slug=slug)


def relate(text: str, *lessons: str) -> str:
    """The file with lessons that it leads to, each as course/lesson."""
    return text.replace("position:", "".join(["related:\n", *(f"  - {name}\n" for name in lessons), "position:"]))
