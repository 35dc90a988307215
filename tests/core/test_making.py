from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, Event, Thread

import pytest

from core import making
from core.making import PNG_END, keep_made, read_made

NAME = "made/card.png"
MADE = b"picture" + PNG_END


@pytest.fixture
def file(settings, tmp_path: Path, monkeypatch) -> Path:
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(making, "PATIENCE", 0.2)
    return tmp_path / NAME


def test_what_was_kept_is_read(file):
    assert read_made(NAME, end=PNG_END) == b""
    keep_made(NAME, MADE, end=PNG_END)
    assert read_made(NAME, end=PNG_END) == file.read_bytes() == MADE


def test_what_is_there_whole_stays(file):
    keep_made(NAME, MADE, end=PNG_END)
    keep_made(NAME, b"another" + MADE, end=PNG_END)
    assert [each.read_bytes() for each in file.parent.iterdir()] == [MADE]


def test_what_was_never_written_to_its_end_is_replaced(file):
    file.parent.mkdir()
    file.write_bytes(MADE[:5])
    keep_made(NAME, MADE, end=PNG_END)
    assert [each.read_bytes() for each in file.parent.iterdir()] == [MADE]


def test_what_another_is_writing_is_waited_for(file, monkeypatch):
    monkeypatch.setattr(making, "PATIENCE", 10)
    file.parent.mkdir()
    waited = Event()
    monkeypatch.setattr(making, "sleep", lambda seconds: waited.set())
    with file.open("wb", buffering=0) as other:
        other.write(MADE[:5])
        second = Thread(target=keep_made, args=(NAME, b"another" + MADE), kwargs={"end": PNG_END})
        second.start()
        assert waited.wait(10)
        other.write(MADE[5:])
    second.join(10)
    assert [each.read_bytes() for each in file.parent.iterdir()] == [MADE]


@pytest.mark.parametrize("begun", [b"", MADE[:5]])
def test_many_at_once_leave_one_whole_file(file, begun):
    for number in range(20):
        if begun:
            file.parent.mkdir(exist_ok=True)
            file.write_bytes(begun)
        elif number:
            file.unlink()
        together = Barrier(4)

        def keep(together: Barrier = together) -> None:
            together.wait(10)
            keep_made(NAME, MADE, end=PNG_END)

        with ThreadPoolExecutor(4) as pool:
            for each in [pool.submit(keep) for _ in range(4)]:
                each.result()
        assert [each.read_bytes() for each in file.parent.iterdir()] == [MADE]
