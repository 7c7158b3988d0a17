"""A class on a JupyterHub: students log in and run a whole lesson at once; seconds and memory each.

Needs an environment of its own, with the hub and what the lessons need, and the hub's proxy from
npm (Node 22 or newer)::

    python3 -m venv hub
    hub/bin/python -m pip install jupyterhub aiohttp psutil -r requirements.txt
    npm install --prefix hub configurable-http-proxy
    hub/bin/python bench/classroom.py --proxy hub/node_modules/.bin/configurable-http-proxy

The hub has the dummy authenticator and the simple local spawner, so it is for this measurement and
for no class; everything listens on 127.0.0.1. Each student has a copy of the lessons, as
nbgitpuller would make it. Login, server, lesson, kernel and cells all go through the proxy as from
a browser, and the number of requests is bounded. Prints the result and writes it to classroom.md;
ends with 1 if anything failed.
"""

import argparse
import asyncio
import json
import math
import os
import platform
import secrets
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

import aiohttp
import psutil
import yarl

ROOT = Path(__file__).parents[1]
REQUESTS_EACH = 400  # a student that needs more has failed
SECONDS_EACH = 900.0
START_SECONDS = 60.0
STEPS = ("log in and server", "page and lesson", "kernel and all cells")
LEFT_BEHIND = shutil.ignore_patterns(".ipynb_checkpoints", "__pycache__")


def free_ports(count: int) -> list[int]:
    """Ports of this machine that nobody listens on."""
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


def settings(home: Path, proxy: Path, password: str, limit: int) -> dict[str, Any]:
    """What jupyterhub_config.py sets, by name."""
    public, api, hub = (f"http://127.0.0.1:{port}" for port in free_ports(3))
    return {
        "JupyterHub.bind_url": public,
        "JupyterHub.hub_bind_url": hub,
        "JupyterHub.authenticator_class": "dummy",
        "JupyterHub.spawner_class": "simple",
        "JupyterHub.concurrent_spawn_limit": limit,
        "ConfigurableHTTPProxy.api_url": api,
        "ConfigurableHTTPProxy.command": [str(proxy)],
        "DummyAuthenticator.password": password,
        "Authenticator.allow_all": True,
        "Spawner.ip": "127.0.0.1",
        "Spawner.args": ["--allow-root"],
        "Spawner.start_timeout": 600,
        "Spawner.http_timeout": 600,
        "Spawner.notebook_dir": "~/lessons",
        "Spawner.environment": {"OPENBLAS_NUM_THREADS": "1"},
        "SimpleLocalProcessSpawner.home_dir_template": str(home / "students" / "{username}"),
    }


@contextmanager
def running_hub(home: Path, options: dict[str, Any]) -> Iterator[psutil.Process]:
    """A JupyterHub with these settings, for the length of a `with` block."""
    config = home / "jupyterhub_config.py"
    config.write_text("".join(f"c.{name} = {value!r}\n" for name, value in options.items()))
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    with (home / "hub.log").open("w") as log:
        hub = subprocess.Popen(
            [sys.executable, "-m", "jupyterhub", "-f", str(config)],
            cwd=home,
            env=os.environ | {"PATH": path, "CONFIGPROXY_AUTH_TOKEN": secrets.token_hex(16)},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        yield psutil.Process(hub.pid)
    finally:
        hub.terminate()  # it ends its proxy and the students' servers itself
        hub.wait(timeout=START_SECONDS)


class Student:
    """Somebody with a browser: logs in, opens a lesson, and runs all its cells."""

    def __init__(self, name: str, hub: str, lesson: str) -> None:
        self.name, self.hub, self.lesson = name, hub, lesson
        self.server = f"{hub}/user/{name}"
        self.answers: Counter[int] = Counter()  # HTTP status -> how often
        self.seconds: list[float] = []  # of each of STEPS

    async def ask(self, method: str, url: str, wanted: tuple[int, ...], **options: Any) -> Any:
        """A request as from a page of ours; returns the status and the body.

        Raises:
            RuntimeError: the status is not `wanted`, or there were too many requests.
        """
        headers = {"X-XSRFToken": self.xsrf(url)}
        async with self.browser.request(method, url, headers=headers, **options) as answer:
            self.answers[answer.status] += 1
            body = await answer.text()
        if answer.status not in wanted or self.answers.total() > REQUESTS_EACH:
            raise RuntimeError(
                f"{self.name}: {method} {url} answered {answer.status}: {body[:300]}"
            )
        return answer.status, body

    def xsrf(self, url: str) -> str:
        """The cookie that the page at `url` wants back as proof that we have read it."""
        cookies = self.browser.cookie_jar.filter_cookies(yarl.URL(url))
        return cookies["_xsrf"].value if "_xsrf" in cookies else ""

    async def attend(self, password: str) -> None:
        """All of it, in `SECONDS_EACH` at the most; notes the seconds of each step."""
        jar = aiohttp.CookieJar(unsafe=True)  # 127.0.0.1 has no name, and cookies want one
        async with asyncio.timeout(SECONDS_EACH), aiohttp.ClientSession(cookie_jar=jar) as browser:
            self.browser = browser
            clock = [time.monotonic()]
            await self.start_server(password)
            clock.append(time.monotonic())
            await self.open_lesson()
            clock.append(time.monotonic())
            await self.run_all()
            clock.append(time.monotonic())
        self.seconds = [end - start for start, end in zip(clock, clock[1:], strict=False)]

    async def start_server(self, password: str) -> None:
        """Log in by the form, ask for a server, and wait until it is there."""
        await self.ask("GET", f"{self.hub}/hub/login", (200,))
        token = self.xsrf(f"{self.hub}/hub/")
        form = {"username": self.name, "password": password, "_xsrf": token}
        options = {"data": form, "allow_redirects": False}
        await self.ask("POST", f"{self.hub}/hub/login", (302,), **options)
        user = f"{self.hub}/hub/api/users/{self.name}"
        # 429: more than concurrent_spawn_limit are starting, and the hub wants to be asked later.
        while (await self.ask("POST", f"{user}/server", (201, 202, 429), json={}))[0] == 429:
            await asyncio.sleep(5)
        while not json.loads((await self.ask("GET", user, (200,)))[1])["servers"][""]["ready"]:
            await asyncio.sleep(2)

    async def open_lesson(self) -> None:
        """Load JupyterLab's page, which logs in to the server, and the lesson's cells."""
        await self.ask("GET", f"{self.server}/lab/tree/{self.lesson}", (200,))
        _, body = await self.ask("GET", f"{self.server}/api/contents/{self.lesson}", (200,))
        cells = json.loads(body)["content"]["cells"]
        self.cells = [cell["source"] for cell in cells if cell["cell_type"] == "code"]

    async def run_all(self) -> None:
        """Start a kernel, send it all cells, and wait until each is answered."""
        wanted = {
            "path": self.lesson,
            "name": "",
            "type": "notebook",
            "kernel": {"name": "python3"},
        }
        _, body = await self.ask("POST", f"{self.server}/api/sessions", (201,), json=wanted)
        session = uuid.uuid4().hex
        kernel = f"{self.server}/api/kernels/{json.loads(body)['kernel']['id']}"
        address = f"{kernel}/channels?session_id={session}"
        async with self.browser.ws_connect(address, max_msg_size=0) as socket:
            asked = [execute_request(cell, session) for cell in self.cells]
            for message in asked:
                await socket.send_json(message)
            waiting = {message["header"]["msg_id"] for message in asked}
            while waiting:
                waiting -= answered(await socket.receive(), self.name)


def execute_request(code: str, session: str) -> dict[str, Any]:
    """The message by which a notebook asks its kernel to run a cell."""
    return {
        "header": {
            "msg_id": uuid.uuid4().hex,
            "msg_type": "execute_request",
            "session": session,
            "username": "",
            "version": "5.3",
        },
        "parent_header": {},
        "metadata": {},
        "content": {"code": code, "silent": False, "store_history": True, "allow_stdin": False},
        "channel": "shell",
        "buffers": [],
    }


def answered(message: aiohttp.WSMessage, name: str) -> set[str]:
    """The request that this message of a kernel ends, if it ends one.

    Raises:
        RuntimeError: the cell failed, wrote to stderr, or the connection has ended.
    """
    if message.type is aiohttp.WSMsgType.BINARY:  # a picture, which goes to a widget
        return set()
    if message.type is not aiohttp.WSMsgType.TEXT:
        raise RuntimeError(f"{name}: the kernel's connection ended: {message}")
    said = json.loads(message.data)
    kind, content = said["header"]["msg_type"], said["content"]
    if kind == "error" or (kind == "stream" and content["name"] == "stderr"):
        raise RuntimeError(f"{name}: a cell failed: {content}")
    return {said["parent_header"]["msg_id"]} if kind == "execute_reply" else set()


async def hub_answers(hub: str) -> None:
    """Wait until the hub is there; TimeoutError if it does not come."""
    async with asyncio.timeout(START_SECONDS), aiohttp.ClientSession() as browser:
        while True:
            try:
                async with browser.get(f"{hub}/hub/health") as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientConnectionError:
                pass  # the proxy does not listen yet
            await asyncio.sleep(0.2)


async def hold_class(students: list[Student], password: str) -> list[BaseException]:
    """All students at once; returns what went wrong."""
    await hub_answers(students[0].hub)
    lessons = [student.attend(password) for student in students]
    ended = await asyncio.gather(*lessons, return_exceptions=True)
    return [end for end in ended if isinstance(end, BaseException)]


def memory(process: psutil.Process) -> float:
    """A process's memory in MB, shared pages divided among those who share them (Linux's PSS)."""
    return process.memory_full_info().pss / 1e6


def student_costs(hub: psutil.Process) -> list[dict[str, float]]:
    """For each student the MB of server and kernel, and both's CPU seconds and MB if alone."""
    costs = []
    for server in hub.children():
        kernels = server.children(recursive=True)
        if "JUPYTERHUB_USER" in server.environ():
            cost = {"server": memory(server), "kernel": sum(memory(kernel) for kernel in kernels)}
            times = [process.cpu_times() for process in [server, *kernels]]
            cost["cpu"] = sum(used.user + used.system for used in times)
            cost["alone"] = sum(process.memory_info().rss / 1e6 for process in [server, *kernels])
            costs.append(cost)
    return costs


def row(name: str, values: list[float], digits: int = 1) -> str:
    """A line of the table: middle, 95th percentile and largest."""
    p95 = sorted(values)[math.ceil(0.95 * len(values)) - 1]
    numbers = (statistics.median(values), p95, max(values))
    return f"| {name} | " + " | ".join(f"{number:.{digits}f}" for number in numbers) + " |"


def figures(students: list[Student], costs: list[dict[str, float]]) -> list[str]:
    """The table of seconds and megabytes a student."""
    lines = ["| a student | p50 | p95 | most |", "|---|--:|--:|--:|"]
    for place, step in enumerate(STEPS):
        lines.append(row(f"{step}, s", [student.seconds[place] for student in students]))
    lines.append(row("**from login to the last cell, s**", [sum(s.seconds) for s in students]))
    for part in ("server", "kernel"):
        lines.append(row(f"memory of the {part}, MB", [cost[part] for cost in costs], digits=0))
    both = [cost["server"] + cost["kernel"] for cost in costs]
    lines.append(row("**memory of both, MB**", both, digits=0))
    lines.append(
        row("both, if nothing were shared (RSS), MB", [c["alone"] for c in costs], digits=0)
    )
    return [*lines, row("processor time of both, s", [cost["cpu"] for cost in costs])]


def machine() -> str:
    """What this was measured on."""
    names = ("jupyterhub", "jupyterlab", "ipykernel", "ipywidgets", "matplotlib", "numpy")
    versions = ", ".join(f"{name} {version(name)}" for name in names)
    memory = psutil.virtual_memory().total / 2**30
    return (
        f"{platform.system()}, {platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GiB; "
        f"Python {platform.python_version()}, {versions}."
    )


def provision(costs: list[dict[str, float]], class_size: int) -> str:
    """What so many students need: memory with a quarter to spare, cores for a start in a minute."""
    most = max(cost["server"] + cost["kernel"] for cost in costs)
    cpu = statistics.median(cost["cpu"] for cost in costs)
    gigabytes = class_size * most * 1.25 / 1000 + 2
    cores = [math.ceil(class_size * cpu / seconds) for seconds in (60, 300)]
    return f"| {class_size} | {gigabytes:.0f} | {cores[0]} | {cores[1]} |"


PAGE = """# A class on a JupyterHub

Made by `python bench/classroom.py`: {students} students log in, start a server, open the lesson and
run all its cells, all at the same moment. Lesson `{lesson}`, {cells} cells.

**{students} of {students} done, none failed.**

{figures}

Hub and proxy: {own:.0f} MB. Answers to the students' requests: {answers}. Memory is PSS, taken when
all were done and every server and kernel still ran.

{machine}

## What to provide

From these figures: for each student the largest memory seen and a quarter to spare, and 2 GB for
the hub and the system; and as many cores as bring all through login, server and the whole lesson in
one minute, or in five.

| students | memory, GB | cores, one minute | cores, five minutes |
|--:|--:|--:|--:|
{provision}
"""


def report(students: list[Student], hub: psutil.Process) -> str:
    """The whole of classroom.md, for a class in which nothing failed."""
    costs = student_costs(hub)
    others = [part for part in hub.children() if "JUPYTERHUB_USER" not in part.environ()]
    answers = sum((student.answers for student in students), Counter())
    return PAGE.format(
        students=len(students),
        lesson=Path(students[0].lesson).stem,
        cells=len(students[0].cells),
        figures="\n".join(figures(students, costs)),
        own=sum(memory(part) for part in [hub, *others]),
        answers=", ".join(f"{count} x {status}" for status, count in sorted(answers.items())),
        machine=machine(),
        provision="\n".join(provision(costs, size) for size in (30, 300)),
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--proxy", type=Path, required=True, help="configurable-http-proxy of npm")
    parser.add_argument("--students", type=int, default=30)
    parser.add_argument("--lesson", default="04_learning_alpha")
    parser.add_argument("--spawn-limit", type=int, default=100, help="concurrent_spawn_limit")
    arguments = parser.parse_args()
    password = secrets.token_hex(8)
    with tempfile.TemporaryDirectory(prefix="class-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        names = [f"student{place:03}" for place in range(arguments.students)]
        for name in names:
            copy = home / "students" / name / "lessons" / "notebooks"
            shutil.copytree(ROOT / "notebooks", copy, ignore=LEFT_BEHIND)
        proxy = arguments.proxy.resolve()
        options = settings(home, proxy, password, arguments.spawn_limit)
        lesson = f"notebooks/{arguments.lesson}.ipynb"
        students = [Student(name, options["JupyterHub.bind_url"], lesson) for name in names]
        with running_hub(home, options) as hub:
            faults = asyncio.run(hold_class(students, password))
            for fault in faults:
                print(repr(fault), file=sys.stderr)
            if not faults:
                text = report(students, hub)
                print(text)
                Path(__file__).with_suffix(".md").write_text(text, encoding="utf-8")
        if faults:
            print((home / "hub.log").read_text()[-3000:], file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
