"""The only filters that write a day or a moment: tests/core/test_dates.py refuses `date`, `time` and their like."""

from django import template

from core.dates import (
    format_day,
    format_day_of_year,
    format_exact_moment,
    format_for_machines,
    format_moment,
    format_moment_and_zone,
    format_weekday,
)

register = template.Library()
register.filter("day", format_day)
register.filter("moment", format_moment)
register.filter("moment_and_zone", format_moment_and_zone)
register.filter("day_of_year", format_day_of_year)
register.filter("exact_moment", format_exact_moment)
register.filter("weekday", format_weekday)
register.filter("machine", format_for_machines)
