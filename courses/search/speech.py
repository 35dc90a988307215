"""When a video says the words that were looked for: a passage holds half a minute, and its hit leads to the cue."""

from collections.abc import Iterable

from courses.search.excerpts import IsHit
from courses.search.models import Passage
from courses.search.passages import Speech, clean, group_cues
from courses.search.words import read_stems
from courses.videos.models import Video


def find_seconds(passages: Iterable[Passage], is_hit: IsHit) -> dict[int, int]:
    """By the id of a passage of speech. One query, where there is any; the captions of a video are read once."""
    said = [passage for passage in passages if passage.video_id and passage.text]
    videos = Video.objects.only("captions").in_bulk({passage.video_id for passage in said})
    spoken = {
        (video.pk, speech.second, speech.text): speech for video in videos.values() for speech in group_cues(video.cues)
    }
    keys = {passage.pk: (passage.video_id, passage.second, passage.text) for passage in said}
    return {pk: find_second(spoken[key], is_hit) for pk, key in keys.items() if key in spoken}


def find_second(speech: Speech, is_hit: IsHit) -> int:
    """Of the first cue with one of the words."""
    starts = (cue.start for cue in speech.cues if any(map(is_hit, read_stems(clean(cue.text)))))
    return int(next(starts, speech.second))
