"""The services of docker-compose.yml as plain processes: the same commands, health checks and variables."""

import contextlib
import os
import re
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
SERVICES: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
LOUD = re.compile(r"Traceback|\b(ERROR|CRITICAL)\b")


class Failed(Exception):
    pass


# --- What docker-compose.yml says -------------------------------------------------------------------


def fill(text: str, values: dict[str, str]) -> str:
    """As the compose specification has it, as far as our file goes: ${NAME}, ${NAME:?message} and $$."""
    filled = re.sub(r"(?<!\$)\$\{(\w+)[^}]*\}", lambda found: values[found[1]], text)
    return filled.replace("$$", "$")


def command_of(service: str, values: dict[str, str]) -> list[str]:
    """What the container would run, with the files that are mounted into it where they are here."""
    told = SERVICES[service]
    words = [fill(word, values) for word in [*told.get("entrypoint", []), *told["command"]]]
    for volume in told.get("volumes", []):
        source, target = volume.split(":")[:2]
        if source.startswith("./"):
            words = [word.replace(target, str(ROOT / source)) for word in words]
    return words


def health_check_of(service: str, values: dict[str, str]) -> list[str]:
    kind, *words = SERVICES[service]["healthcheck"]["test"]
    words = [fill(word, values) for word in words]
    return words if kind == "CMD" else ["sh", "-c", *words]


def example_environment() -> dict[str, str]:
    """deploy/env.example, without what is left for the operator to fill in."""
    lines = (ROOT / "deploy" / "env.example").read_text().splitlines()
    values = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    return {name: value for name, value in values.items() if value}


# --- Processes --------------------------------------------------------------------------------------


class Stage:
    """The processes, their logs, and the environment that all of them share."""

    def __init__(self, work: Path, environment: dict[str, str]) -> None:
        self.work = work
        self.environment = environment
        self.folder = ROOT  # of the release that runs
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    def environment_of(self, service: str) -> dict[str, str]:
        own = SERVICES.get(service, {}).get("environment", {})
        return self.environment | {name: fill(value, self.environment) for name, value in own.items()}

    def start(self, service: str, *command: str, **more: str) -> None:
        words = list(command) or command_of(service, self.environment)
        with (self.work / f"{service}.log").open("ab") as log:
            self.processes[service] = subprocess.Popen(
                words,
                cwd=self.folder,
                env=self.environment_of(service) | more,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def run(self, service: str, *command: str, **more: str) -> str:
        """Run a service, or a command in its place, to its end."""
        words = list(command) or command_of(service, self.environment)
        env = self.environment_of(service) | more
        ended = subprocess.run(words, cwd=self.folder, env=env, capture_output=True, text=True, timeout=900)
        if ended.returncode:
            raise Failed(f"{service}: {' '.join(words)}\n{ended.stdout[-3000:]}{ended.stderr[-3000:]}")
        return ended.stdout

    def manage(self, *arguments: str, **more: str) -> str:
        """docker compose run --rm manage …"""
        return self.run("manage", *SERVICES["manage"]["entrypoint"], *arguments, **more)

    def count_bytes(self, service: str) -> int:
        """Of its memory."""
        told = Path(f"/proc/{self.processes[service].pid}/status").read_text()
        return int(told.split("VmRSS:")[1].split()[0]) * 1024

    def stop(self, service: str) -> None:
        """As `docker stop`: what has begun is finished."""
        process = self.processes.pop(service)
        process.terminate()
        process.wait(60)

    def kill(self, service: str) -> None:
        process = self.processes.pop(service)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def wait(self, what: str, is_so: Callable[[], bool], seconds: float = 30) -> None:
        deadline = time.monotonic() + seconds
        while not is_so():
            for service, process in self.processes.items():
                if process.poll() is not None:
                    raise Failed(f"{service} ended by itself with {process.returncode}")
            if time.monotonic() > deadline:
                raise Failed(f"{what}: not within {seconds} s")
            time.sleep(0.1)

    def is_healthy(self, service: str) -> bool:
        words = health_check_of(service, self.environment)
        env = self.environment_of(service)
        return subprocess.run(words, cwd=self.folder, env=env, capture_output=True, timeout=60).returncode == 0

    def end(self) -> None:
        for service in list(self.processes):
            self.kill(service)

    def tell_logs(self) -> None:
        for path in sorted(self.work.glob("*.log")):
            print(f"\n--- {path.stem}", *path.read_text(errors="replace").splitlines()[-25:], sep="\n")

    def errors(self) -> list[str]:
        """What the academy's own processes said that nobody should have to read."""
        logs = [self.work / f"{service}.log" for service in ("web", "worker", "beat")]
        return [f"{path.stem}: {line}" for path in logs for line in path.read_text().splitlines() if LOUD.search(line)]
