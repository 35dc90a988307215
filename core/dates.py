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


def format_day_of_year(value: date | None) -> str:
    """28 November; where the year goes without saying."""
    return date_format(_local(value), "MONTH_DAY_FORMAT") if value else ""


def _local(value: date) -> date:
    return timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value
