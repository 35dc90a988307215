"""`make bench`: the academy beside a bare Django view, with few learners and with many, as a table and JSON."""

import argparse
import json
import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import mean, median
from typing import Any

from benchmarks import load
from benchmarks.academy import ROOT, Academy
from benchmarks.processes import processor_seconds
from benchmarks.request import Request
from benchmarks.studies import seconds_a_study
from benchmarks.visits import VISITS

PAGES = [
    "home",
    "catalogue",
    "course for strangers",
    "guides",
    "guide",
    "lesson",
    "saving progress",
    "saving watched time",
    *VISITS,
    "verification",
    "webhook",
]
FEW, MANY = 100, 100_000
ROUNDS, TIMES = 20, 20
# Enough for the seconds under load: no event or report is sent twice, and no stranger verifies too often.
REQUESTS = {"webhook": 5_000, "saving watched time": 5_000, "verification": 1_000}
BARE = "benchmarks.bare_settings"


class Child:
    """One academy, or the bare view, in a process of its own (benchmarks/measure.py)."""

    def __init__(self, academy: Academy, settings: str) -> None:
        self.process = academy.start("benchmarks.measure", settings=settings, pipes=subprocess.PIPE)
        self.academy = academy
        self.seconds: dict[str, list[float]] = {}
        self.processor: dict[str, list[float]] = {}
        self.size: dict[str, int] = {}

    def ask(self, order: str, page: str, *arguments: int) -> Any:
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(json.dumps([order, page, *arguments]) + "\n")
        self.process.stdin.flush()
        if not (line := self.process.stdout.readline()):
            raise SystemExit(f"The process that measures {page} has ended.")
        return json.loads(line)

    def measure(self, page: str) -> None:
        before = self.database_seconds()
        answer = self.ask("times", page, TIMES)
        # Connections are closed and opened now and then; what a closed one used since is lost.
        after = self.database_seconds()
        used = sum(answer["processor"]) + sum(seconds - before.get(pid, 0) for pid, seconds in after.items())
        self.seconds.setdefault(page, []).extend(answer["wall"])
        self.processor.setdefault(page, []).append(used / TIMES)
        self.size[page] = answer["bytes"]

    def database_seconds(self) -> dict[int, float]:
        return {pid: processor_seconds([pid]) for pid in load.backends(self.academy)}

    def processor_milliseconds(self, page: str) -> float:
        """Of the web process and the database's together, a visit. The kernel tells hundredths of a second: a mean."""
        return 1000 * mean(self.processor[page])

    def milliseconds(self, page: str) -> float:
        return 1000 * median(self.seconds[page])

    def close(self) -> None:
        self.process.terminate()
        self.process.wait()


@contextmanager
def children(academies: list[Academy]) -> Iterator[dict[tuple[str, int], Child]]:
    with ExitStack() as stack:
        made = {}
        for academy in academies:
            for kind, settings in (("academy", "escan.settings"), ("bare", BARE)):
                made[kind, academy.learners] = child = Child(academy, settings)
                stack.callback(child.close)
        yield made


def measure_pages(child: dict[tuple[str, int], Child], few: int, many: int) -> dict[str, Any]:
    """Server time and queries of each page, the four processes asked in turn."""
    for round_number in range(-1, ROUNDS):
        for page in PAGES:
            child["academy", few].measure(page)
            child["academy", many].measure(page)
        for _ in range(2):
            child["bare", few].measure("bare")
            child["bare", many].measure("bare")
        if round_number < 0:  # everything is warm now
            for one in child.values():
                one.seconds.clear()
                one.processor.clear()
    bare = child["bare", many]
    result: dict[str, Any] = {"bare": {"ms": bare.milliseconds("bare"), "queries": bare.ask("queries", "bare")}}
    for page in PAGES:
        result[page] = compare(page, child["academy", few], child["academy", many], bare)
    return result


def compare(page: str, few: Child, many: Child, bare: Child) -> dict[str, Any]:
    milliseconds = many.milliseconds(page)
    return {
        "ms": milliseconds,
        "ratio": milliseconds / bare.milliseconds("bare"),
        "processor_ms": many.processor_milliseconds(page),
        "processor_ratio": many.processor_milliseconds(page) / bare.processor_milliseconds("bare"),
        "growth": milliseconds / few.milliseconds(page),
        "queries": many.ask("queries", page),
        "queries_few": few.ask("queries", page),
        "bytes": many.size[page],
    }


def measure_load(academy: Academy, requests: dict[str, list[Request]]) -> dict[str, Any]:
    """Rates on two web processes, what reading costs, and memory after it."""
    with academy.served(BARE, ready="/ready/") as (address, _):
        rates = {"bare": load.rate(address, requests["bare"])}
    with academy.served(ready="/healthz") as (address, web):
        for page in PAGES:
            rates[page] = load.rate(address, requests[page])
        reading = load.processor_time_of_reading(
            academy, address, web.pid, requests["lesson"], requests["saving progress"]
        )
        return {"rates": rates, "reading_ms": reading, "web_memory": load.memory(web.pid)}


def table(result: dict[str, Any]) -> str:
    lines = [f"{'page':30}{'ms':>8}{'x bare':>8}{'x work':>8}{'growth':>8}{'queries':>9}{'kB':>7}{'a second':>10}"]
    for page in ["bare", *PAGES]:
        row, rate = result["pages"][page], result["load"]["rates"][page]
        lines.append(
            f"{page:30}{row['ms']:8.2f}{row.get('ratio', 1):8.2f}{row.get('processor_ratio', 1):8.2f}"
            f"{row.get('growth', 1):8.2f}{row['queries']:9d}{row.get('bytes', 0) / 1000:7.1f}{rate:10.0f}"
        )
    web, made = result["load"]["web_memory"], result["certificates"]
    lines += [
        "",
        f"Opening a lesson and saving progress in it: {result['load']['reading_ms']:.1f} ms of processor time in all",
        f"Certificates: {made['per_minute']:.0f} a minute ({made['number']} made, kept and mailed)",
        f"A synthetic study of four views, 2000 by 1600: {result['study_seconds']:.1f} s of processor time on one core",
        f"Memory: web {web['each']:.0f} MB a process, {web['all']:.0f} in all; "
        f"worker {made['memory']['each']:.0f} MB a process, {made['memory']['all']:.0f} in all",
    ]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--few", type=int, default=FEW)
    parser.add_argument("--many", type=int, default=MANY)
    chosen = parser.parse_args()
    if chosen.many < load.LEARNERS:
        parser.error(f"--many must be {load.LEARNERS} or more: certificates are made for half of them.")
    with tempfile.TemporaryDirectory(prefix="academy-bench-") as folder, ExitStack() as stack:
        academies = [Academy(chosen.few, Path(folder)), Academy(chosen.many, Path(folder))]
        for academy in academies:
            print(f"An academy with {academy.learners} learners is made", flush=True)
            stack.callback(academy.drop)
            academy.create()
        few, many = academies
        with children(academies) as child:
            pages = measure_pages(child, few.learners, many.learners)
            source = child["academy", many.learners]
            told = {page: source.ask("requests", page, REQUESTS.get(page, 50)) for page in [*PAGES, "bare"]}
        requests = {page: [Request(**each) for each in entries] for page, entries in told.items()}
        result = {
            "learners": [few.learners, many.learners],
            "cores": os.cpu_count(),
            "pages": pages,
            "load": measure_load(many, requests),
            "certificates": load.certificates(many),
            "study_seconds": seconds_a_study(),
        }
    kept = ROOT / "var" / "benchmarks.json"
    kept.parent.mkdir(exist_ok=True)
    kept.write_text(json.dumps(result, indent=1))
    print(table(result))
    print(f"\nKept in {kept.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
