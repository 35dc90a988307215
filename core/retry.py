"""What is tried again until it works: how long it waits, when to give up, and what its row keeps of a failure."""

from datetime import timedelta

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)
MOST_ATTEMPTS = 16  # about two days


def wait_after(attempts: int) -> timedelta:
    """One minute, doubled for each of these attempts, and six hours at most: 1, 2, 4 … 256 minutes, then 360.

    Who counts the attempt that has just failed waits two minutes after the first one. Who takes the number from before
    that attempt waits one minute.
    """
    # A row may count so many attempts that a timedelta could not hold as many doublings.
    return min(FIRST_WAIT * (1 << min(attempts, 12)), LONGEST_WAIT)


def describe(error: Exception) -> str:
    """For a column of a row: the kind of the error and its words, shortened."""
    return f"{type(error).__name__}: {error}"[:2000]
