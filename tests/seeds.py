"""Every draw of a test has a seed, so that what failed fails again.

Python draws from two sources: the generator of `random`, and the kernel, from which `SystemRandom`, `secrets` and
`uuid4` read, and through them Django's keys, tokens and codes. While a test runs, both give what follows from the seed
and the test's own name. So a test meets the same world alone or among others, in any order and any process. Hypothesis
is derandomized in tests/conftest.py.

The head of the report names the seed. Another one shows other worlds: `make test SEED=7`, or `SEED=7 PYTHONHASHSEED=7`
before pytest (Python draws the order of a set of strings when it starts). A test that fails under some seed depends on
its draw; this seed makes it fail again.

Three things keep their chance. OpenSSL makes its keys by itself. The processes that a test starts draw for themselves,
but for the academy of the browser's tests, whose settings put the seed in (tests/browser/settings.py). And xdist deals
the tests out to its processes as these come free.

We leave pytest-randomly out: it does not reach the kernel's source, from which the academy draws, and it shuffles the
tests, which must run in the order of their files (see the Makefile).
"""

import contextlib
import os
import random
from collections.abc import Iterator
from unittest import mock

SEED = os.environ.get("SEED") or "1"


@contextlib.contextmanager
def seeded(name: str) -> Iterator[None]:
    """Within it every draw follows from SEED and the name; afterwards both sources are what they were."""
    state = random.getstate()
    random.seed(f"{SEED} {name}")
    read = random.Random(f"{SEED} {name} kernel").randbytes
    try:
        # The second is the name by which `random` itself knows the kernel's source, and with it `secrets`.
        with mock.patch("os.urandom", read), mock.patch("random._urandom", read):
            yield
    finally:
        random.setstate(state)
