"""Chromium's own WebVTT parser beside our reader: nothing that a browser shows is missing in transcript or search."""

import html
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser

from courses.videos.captions import read_captions, write_captions
from tests.captions_fixtures import WEIRD

pytestmark = pytest.mark.browser

Seen = list[tuple[float, float, str]]

READ = """file => new Promise((resolve, reject) => {
    const video = document.createElement('video');
    const track = document.createElement('track');
    track.src = URL.createObjectURL(new Blob([file], {type: 'text/vtt'}));
    track.addEventListener('error', () => resolve([]));
    track.addEventListener('load', () => resolve([...track.track.cues].map(
        cue => [cue.startTime, cue.endTime, cue.getCueAsHTML().textContent],
    )));
    video.append(track);
    document.body.append(video);
    track.track.mode = 'hidden';
})"""


@pytest.fixture(scope="module")
def browser_reads(browser: Browser) -> Callable[[str], Seen]:
    page = browser.new_page()

    def read(file: str) -> Seen:
        return [(start, end, plain(text)) for start, end, text in page.evaluate(READ, file)]

    return read


def plain(text: str) -> str:
    """What is the same to a reader's eye. SubRip's codes are letters to a browser."""
    return " ".join(re.sub(r"\{\\[^}]*\}", "", text).split())


def ours(text: str) -> Seen:
    return [(start, end, plain(words)) for start, end, words, *_rest in read_captions(text).cues]


@pytest.mark.parametrize("name", sorted(WEIRD))
def test_reader_has_what_a_browser_shows(browser_reads: Callable[[str], Seen], name: str) -> None:
    case = WEIRD[name]
    shown = [cue for cue in browser_reads(case.text) if cue[2].strip("\u200e")]
    if case.is_for_browsers:
        assert ours(case.text) == shown
    else:
        assert ours(case.text) != shown
        said = " ".join(words for *_times, words in ours(case.text))
        assert [word for *_times, words in shown for word in words.split() if word not in said] == []


@pytest.mark.parametrize("name", sorted(WEIRD))
def test_browser_shows_what_the_reader_has(browser_reads: Callable[[str], Seen], name: str) -> None:
    """Of the file that the academy hands out, whatever the author's program wrote."""
    cues = read_captions(WEIRD[name].text).cues
    written = write_captions(cues)
    assert browser_reads(written) == [(start, end, plain(words)) for start, end, words, *_rest in cues]
    assert [html.unescape(re.sub("<[^>]*>", "", cue.shown)).split() for cue in cues] == [
        cue.text.split() for cue in cues
    ]
