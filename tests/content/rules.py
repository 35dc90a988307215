"""The table of rules in docs/authoring.md: `python -m tests.content.rules` writes it anew."""

import os
import re
from pathlib import Path

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "authoring.md"
HEAD = "| code | of | | what ought to be so |\n|---|---|---|---|\n"
TABLE = re.compile(re.escape(HEAD) + r"(?:\|.*\n)*")


def make_table() -> str:
    from core.faults import CODES, RULES  # noqa: PLC0415 - once Django is there

    rows = []
    for code in sorted(CODES):
        rule = CODES[code]
        of = ", ".join(model._meta.model_name or "" for model in RULES if rule in RULES[model])
        severity = "stops" if rule.stops else "advice, watched" if rule.is_watched else "advice"
        rows.append(f"| `{code}` | {of} | {severity} | {rule.about} |\n")
    return HEAD + "".join(rows)


def main() -> None:
    import django  # noqa: PLC0415 - with these settings

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    written = DOCUMENT.read_text(encoding="utf-8").replace("RULES\n", HEAD)
    DOCUMENT.write_text(TABLE.sub(lambda _: make_table(), written), encoding="utf-8")


if __name__ == "__main__":
    main()
