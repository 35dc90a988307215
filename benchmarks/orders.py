"""Certificates to be made: written as due, then named to the worker, as a claim would."""

import sys
import time

import django


def main(number: int) -> None:
    """Prints when the first was named to the worker, as seconds of the monotonic clock that all processes share.

    Raises SystemExit where too few learners are left who have no certificate.
    """
    from accounts.models import User  # noqa: PLC0415 - models want Django set up
    from benchmarks.seed import due_certificates, save  # noqa: PLC0415
    from core.enqueue import enqueue  # noqa: PLC0415

    learners = list(User.objects.filter(email__startswith="bench-", completions=None)[:number])
    if len(learners) < number:
        raise SystemExit(f"For {number} certificates there are only {len(learners)} learners left without one.")
    waiting = save(due_certificates(learners))
    print(time.monotonic(), flush=True)
    for certificate in waiting:
        enqueue("cme.certificates.tasks.issue_certificate", certificate.pk)


if __name__ == "__main__":
    django.setup()
    main(int(sys.argv[1]))
