"""The academy's own content, loaded once for a module: it takes a quarter of a minute."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings

from escan.loader.content import load_content

CONTENT = Path(__file__).resolve().parent.parent / "content"


@pytest.fixture(scope="module")
def loaded_content(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[str]]:
    """What the loader told. Each test's own changes are rolled back to here; its files stay until the module ends."""
    media = override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media"))
    with django_db_blocker.unblock(), media, transaction.atomic():
        yield list(load_content(CONTENT))
        transaction.set_rollback(True)
