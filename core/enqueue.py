"""How a service has background work done: by the name of the task, so that it does not import who calls it."""

from django.db import transaction
from django.utils.module_loading import import_string


def enqueue(task: str, *args: int | str) -> None:
    """Have a worker run this task, named by its dotted path, once what is being written is committed.

    A broker that is away loses a hint and not the work: the row is the event, and a sweep finds it (decision 7).
    """
    transaction.on_commit(lambda: import_string(task).delay(*args), robust=True)
