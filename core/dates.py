"""How a day and a moment are written. Everything that shows one goes through here (core/formats/en/formats.py)."""

from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format


def format_day(value: date | None) -> str:
    """28 November 2026; of a moment, the day in the zone of whoever looks."""
    return date_format(_local(value), "DATE_FORMAT") if value else ""


def format_moment(value: datetime | None) -> str:
    """28 November 2026, 14:05; in the zone of whoever looks, who knows it."""
    return date_format(_local(value), "DATETIME_FORMAT") if value else ""


def format_time(value: datetime | None) -> str:
    """14:05, where the day goes without saying."""
    return date_format(_local(value), "TIME_FORMAT") if value else ""


def format_moment_and_zone(value: datetime | None) -> str:
    """28 November 2026, 14:05 CET; where whoever reads may be anywhere."""
    return f"{format_moment(value)} {_local(value):%Z}" if value else ""


def format_exact_moment(value: datetime | None) -> str:
    """28 November 2026, 14:05:09; where two events of a minute are told apart."""
    return f"{format_moment(value)}:{_local(value):%S}" if value else ""


def format_weekday(value: date | None) -> str:
    """Saturday, 28 November; for a day of this week or the next."""
    return f"{date_format(_local(value), 'l')}, {format_day_of_year(value)}" if value else ""


def format_for_machines(value: date | None) -> str:
    """For the attribute `datetime`."""
    return _local(value).isoformat() if value else ""


def format_month(value: date) -> str:
    """November 2026; a month that was counted in one zone keeps its name in every other."""
    return date_format(value, "YEAR_MONTH_FORMAT")


def format_day_of_year(value: date | None) -> str:
    """28 November; where the year goes without saying."""
    return date_format(_local(value), "MONTH_DAY_FORMAT") if value else ""


def _local(value: date) -> date:
    return timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value
