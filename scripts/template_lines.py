"""Fails when a line in a folder of templates is too long to be read: `python -m scripts.template_lines FOLDER…`."""

import sys
from collections.abc import Iterator
from pathlib import Path

WIDTH = 140


def find_long_lines(folder: Path) -> Iterator[str]:
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        for number, line in enumerate(path.read_text().splitlines(), start=1):
            if len(line) > WIDTH:
                yield f"{path}:{number}: {len(line)} characters, {WIDTH} fit"


if __name__ == "__main__":
    found = [line for folder in sys.argv[1:] for line in find_long_lines(Path(folder))]
    sys.exit("\n".join(found) or 0)
