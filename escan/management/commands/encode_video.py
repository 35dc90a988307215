import tempfile
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from courses.videos.captions import decode_captions, normalize, read_captions
from courses.videos.encoding import encode
from courses.videos.errors import VideoError


class Command(BaseCommand):
    help = "Make a video ready for content/: its folder in courses/<course>/videos/, as content/README.md describes it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("video", type=Path)
        parser.add_argument("folder", type=Path, help="A new folder; its name is the video's in lessons.")
        parser.add_argument("--title", required=True)
        parser.add_argument("--captions", type=Path, required=True, help="A file in WebVTT or SubRip.")

    def handle(self, *args: Any, video: Path, folder: Path, title: str, captions: Path, **options: Any) -> None:
        if folder.exists():
            raise CommandError(f"{folder} is there already: name a new folder, or remove it first.")
        try:
            words = normalize(decode_captions(captions.read_bytes()).text)
            notices = read_captions(words).notices
            with tempfile.TemporaryDirectory(dir=settings.WORK_DIR) as work:
                encoded = encode(source=video, folder=Path(work), progress=self.show)
                folder.mkdir(parents=True)
                for path in sorted(Path(work).iterdir()):
                    (folder / path.name).write_bytes(path.read_bytes())
        except (VideoError, OSError) as error:
            raise CommandError(str(error)) from error
        except ValidationError as error:
            raise CommandError(f"{captions}: {' '.join(error.messages)}") from error
        for notice in notices:
            self.stderr.write(f"{captions}: {notice}")
        (folder / "captions.vtt").write_text(words, encoding="utf-8")
        facts = yaml.safe_dump({"title": title, "seconds": encoded.seconds}, allow_unicode=True, sort_keys=False)
        (folder / "video.yaml").write_text(facts, encoding="utf-8")
        size = sum(path.stat().st_size for path in folder.iterdir())
        self.stdout.write(f"{folder}: {', '.join(encoded.streams)}; {encoded.seconds} s, {size / 1_000_000:.1f} MB")

    def show(self, percent: int) -> None:
        if self.stderr.isatty():
            self.stderr.write(f"\r{percent} %", ending="")
