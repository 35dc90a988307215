"""Whether an answer was right is kept with it; of what was handed in before, it is found out by the rule of that time."""

import re
from decimal import Decimal

from django.db import migrations, models

NUMBER = re.compile(r"[+-]?(?:[0-9]{1,10}(?:\.[0-9]{0,6})?|\.[0-9]{1,6})", re.ASCII)
AT_ONCE = 500


def is_right(content, answer):
    """A frozen copy of courses.assessment.scoring as it was when this was written."""
    rule = {"single": _is_right_choice, "multiple": _are_right_choices, "numeric": _is_near, "place": _is_within}
    return rule[content.get("kind", "single")](content, answer)


def _is_right_choice(content, answer):
    choices = content["choices"]
    return type(answer) is int and 0 <= answer < len(choices) and choices[answer]["is_correct"] is True


def _are_right_choices(content, answer):
    right = [index for index, choice in enumerate(content["choices"]) if choice["is_correct"]]
    return isinstance(answer, list) and answer != [] and answer == right


def _is_near(content, answer):
    if not isinstance(answer, str) or not NUMBER.fullmatch(answer):
        return False
    return abs(Decimal(answer) - Decimal(content["value"])) <= Decimal(content["tolerance"])


def _is_within(content, answer):
    if not isinstance(answer, list) or len(answer) != 2:
        return False
    if not all(type(part) in (int, float) and 0 <= part <= 100 for part in answer):
        return False
    x, y = answer
    return any(
        ((x - region["x"]) / region["rx"]) ** 2 + ((y - region["y"]) / region["ry"]) ** 2 <= 1
        for region in content["regions"]
    )


def mark_what_was_handed_in(apps, schema_editor):
    rows = apps.get_model("courses", "AttemptQuestion").objects.using(schema_editor.connection.alias)
    handed_in = rows.filter(attempt__submitted_at__isnull=False).order_by("pk")
    answered = handed_in.filter(answer__isnull=False).values_list("pk", "content", "answer")
    right = [pk for pk, content, answer in answered.iterator(chunk_size=AT_ONCE) if is_right(content, answer)]
    # Each row once: PostgreSQL checks the keys of a row that was written twice when the transaction ends, and until then
    # it does not let the table be altered.
    for start in range(0, len(right), AT_ONCE):
        rows.filter(pk__in=right[start : start + AT_ONCE]).update(is_right=True)
    handed_in.order_by().filter(is_right=None).update(is_right=False)


class Migration(migrations.Migration):

    dependencies = [
        ("courses", "0009_review"),
    ]

    operations = [
        migrations.AddField(
            model_name="attemptquestion",
            name="is_right",
            field=models.BooleanField(
                blank=True,
                help_text="Known once the attempt is handed in; what was left open is not right.",
                null=True,
            ),
        ),
        migrations.RunPython(mark_what_was_handed_in, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="attemptquestion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("answer__isnull", False), ("is_right", None), ("is_right", False), _connector="OR"
                ),
                name="what_was_left_open_is_not_right",
            ),
        ),
    ]
