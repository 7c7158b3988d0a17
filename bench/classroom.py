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
from collections.abc import Coroutine, Iterable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import aiohttp
import psutil
import yarl
from class_page import Page
from tornado.httpclient import HTTPRequest
from tornado.websocket import websocket_connect

ROOT = Path(__file__).parents[1]
REQUESTS_EACH = 400  # a student that needs more has failed
SECONDS_EACH = 900.0
START_SECONDS = 60.0
TURN_SECONDS = 2.0  # from one student's Pause to the next one's
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
        # By files and not by ports, which kernels that start together take from each other.
        "Spawner.args": ["--allow-root", "--KernelManager.transport=ipc"],
        "Spawner.start_timeout": 600,
        "Spawner.http_timeout": 600,
        "Spawner.notebook_dir": "~/lessons",
        "Spawner.environment": {
            "OPENBLAS_NUM_THREADS": "1",
            "JUPYTER_RUNTIME_DIR": str(home / "run"),  # a socket's path has 107 letters at most
        },
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


class Cost(NamedTuple):
    """What a student's server and kernel take of a machine: MB, and seconds of a processor."""

    server: float
    kernel: float
    alone: float  # both, if they shared no page with anybody
    cpu: float

    @property
    def both(self) -> float:
        return self.server + self.kernel


class Student:
    """Somebody with a browser: logs in, opens a lesson, and runs all its cells."""

    def __init__(self, name: str, hub: str, lesson: str) -> None:
        self.name, self.hub, self.lesson = name, hub, lesson
        self.server = f"{hub}/user/{name}"
        self.answers: Counter[int] = Counter()  # HTTP status -> how often
        self.seconds: list[float] = []  # of each of STEPS
        self.pauses: list[float] = []  # ms while all play: an echo, then "Paused"

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
        cookies = self.browser.cookie_jar.filter_cookies(yarl.URL(address))
        headers = {"Cookie": cookies.output(attrs=[], header="", sep=";").strip()}
        times = {"connect_timeout": START_SECONDS, "request_timeout": START_SECONDS}
        request = HTTPRequest(address.replace("http", "ws", 1), headers=headers, **times)
        # Tornado's, as JupyterLab's: with aiohttp's one or two of 30 broke off; why was not found.
        self.page = Page(await websocket_connect(request, max_message_size=2**30), session)
        run = {"silent": False, "store_history": True, "allow_stdin": False}
        asked = [await self.page.send("execute_request", run | {"code": c}) for c in self.cells]
        waiting = set(asked)
        while waiting:
            waiting -= answered(await self.page.read(), self.name)

    async def pause_among_others(self, all_play: asyncio.Barrier, turn: int) -> None:
        """Play as all the others do; in the turn of this one, an echo and a Pause. Notes both."""
        async with asyncio.timeout(SECONDS_EACH), asyncio.TaskGroup() as tasks:
            reading = tasks.create_task(self.keep_reading())
            await self.page.play()
            await all_play.wait()
            await self.play_for(turn * TURN_SECONDS)
            await self.page.press("Reset run")  # or it may end under our hands
            await self.page.play()
            await asyncio.sleep(TURN_SECONDS / 2)
            self.pauses = [await self.page.echo(), await self.page.pause()]
            await self.page.play()
            await self.play_for((all_play.parties - turn) * TURN_SECONDS)
            reading.cancel()

    async def play_for(self, seconds: float) -> None:
        """Play so long, again and again."""
        playing = asyncio.create_task(self.page.keep_playing())
        await asyncio.sleep(seconds)
        playing.cancel()

    async def keep_reading(self) -> None:
        """Hear the kernel."""
        while True:
            answered(await self.page.read(), self.name)


def answered(said: dict[str, Any], name: str) -> set[str]:
    """The request that this message of a kernel ends, if it ends one.

    Raises:
        RuntimeError: the cell failed, or wrote to stderr.
    """
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


async def hold_class(
    students: list[Student], password: str, hub: psutil.Process
) -> tuple[list[BaseException], dict[str, Cost]]:
    """All students at once, who then play and pause if it is one lesson.

    Returns what went wrong, and what each costs when all have run.
    """
    await hub_answers(students[0].hub)
    faults = await gathered(student.attend(password) for student in students)
    if faults:
        return faults, {}
    found = costs(hub)
    if len({student.lesson for student in students}) == 1:
        all_play = asyncio.Barrier(len(students))
        turns = enumerate(students)
        faults = await gathered(s.pause_among_others(all_play, turn) for turn, s in turns)
    return faults, found


async def gathered(doings: Iterable[Coroutine[Any, Any, None]]) -> list[BaseException]:
    """All at once; returns what went wrong."""
    ended = await asyncio.gather(*doings, return_exceptions=True)
    return [end for end in ended if isinstance(end, BaseException)]


def memory(process: psutil.Process) -> float:
    """A process's memory in MB, shared pages divided among those who share them (Linux's PSS)."""
    return process.memory_full_info().pss / 1e6


def costs(hub: psutil.Process) -> dict[str, Cost]:
    """What each student's server and kernel take, by name; under "" the hub and its proxy."""
    found = {"": Cost(memory(hub), 0, 0, 0)}
    for child in hub.children():
        name = child.environ().get("JUPYTERHUB_USER", "")
        kernels = child.children(recursive=True)
        if name:
            used = [process.cpu_times() for process in [child, *kernels]]
            found[name] = Cost(
                server=memory(child),
                kernel=sum(memory(kernel) for kernel in kernels),
                alone=sum(process.memory_info().rss / 1e6 for process in [child, *kernels]),
                cpu=sum(times.user + times.system for times in used),
            )
        else:  # the proxy
            found[""] = found[""]._replace(kernel=memory(child))
    return found


def row(name: str, values: list[float], digits: int = 1) -> str:
    """A line of the table: middle, 95th percentile and largest."""
    p95 = sorted(values)[math.ceil(0.95 * len(values)) - 1]
    numbers = (statistics.median(values), p95, max(values))
    return f"| {name} | " + " | ".join(f"{number:.{digits}f}" for number in numbers) + " |"


def class_table(students: list[Student], found: dict[str, Cost]) -> str:
    """The seconds and megabytes of one class."""
    each = [found[student.name] for student in students]
    return "\n".join(
        [
            "| a student | p50 | p95 | most |",
            "|---|--:|--:|--:|",
            *(row(f"{step}, s", [s.seconds[i] for s in students]) for i, step in enumerate(STEPS)),
            row("**from login to the last cell, s**", [sum(s.seconds) for s in students]),
            row("memory of the server, MB", [cost.server for cost in each], digits=0),
            row("memory of the kernel, MB", [cost.kernel for cost in each], digits=0),
            row("**memory of both, MB**", [cost.both for cost in each], digits=0),
            row("both, if nothing were shared, MB", [cost.alone for cost in each], digits=0),
            row("processor time of both, s", [cost.cpu for cost in each]),
        ]
    )


def pause_table(students: list[Student]) -> str:
    """How soon a Pause is seen while all play."""
    rows = ["| while all play | p50 | p95 | most |", "|---|--:|--:|--:|"]
    for place, name in enumerate(("an echo, ms", "Pause until it says so, ms")):
        rows.append(row(name, [student.pauses[place] for student in students], digits=0))
    after = [pause - echo for echo, pause in (student.pauses for student in students)]
    return "\n".join([*rows, row("**Pause after the echo's time, ms**", after, digits=0)])


def lesson_table(students: list[Student], found: dict[str, Cost]) -> str:
    """What each lesson takes of memory and processor."""
    lines = ["| lesson | memory, MB | if nothing were shared, MB | processor, s |"]
    lines.append("|---|--:|--:|--:|")
    for student in students:
        cost = found[student.name]
        lines.append(f"| {student.name} | {cost.both:.0f} | {cost.alone:.0f} | {cost.cpu:.1f} |")
    return "\n".join(lines)


def provision(size: int, cost: Cost, heaviest: Cost) -> str:
    """What a class of this size needs, if a student costs `cost`, and at the most `heaviest`."""
    gigabytes = size * heaviest.both * 1.25 / 1000 + 2
    cores = [math.ceil(size * used / 60) for used in (cost.cpu, heaviest.cpu, heaviest.cpu / 5)]
    return f"| {size} | {gigabytes:.0f} | " + " | ".join(map(str, cores)) + " |"


def machine() -> str:
    """What this was measured on."""
    names = ("jupyterhub", "jupyterlab", "ipykernel", "ipywidgets", "matplotlib", "numpy")
    versions = ", ".join(f"{name} {version(name)}" for name in names)
    memory = psutil.virtual_memory().total / 2**30
    return (
        f"{platform.system()}, {platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GiB; "
        f"Python {platform.python_version()}, {versions}."
    )


PAGE = """# A class on a JupyterHub

Made by `python bench/classroom.py`. {students} students log in, start a server, open lesson
`{lesson}` and run all its cells ({cells} of code), all at the same moment.

**{students} of {students} done, none failed.**

{figures}

Then all play the lesson's run at its own speed, and one after the other presses Pause, while all
others play on. The echo is a button that the kernel is asked about, over the same way:

{pauses}

Hub and proxy: {own:.0f} MB. Answers to the students' requests: {answers}.

Memory is PSS, in which shared pages are divided among those who share them, or "if nothing were
shared" RSS; both were taken when all had run and every server and kernel still stood there.
Processor time counts the start of JupyterLab and of the kernel, too.

What the other lessons cost, each with one student, at the same moment:

{lessons}

{machine}

## What to provide

From these figures: for each student the memory of the largest lesson and a quarter to spare, and
2 GB for the hub and the system. Cores by how long a class may wait when all press **Run All** at
the same moment, from login to the last cell.

| students | memory, GB | cores: this lesson in a minute | the heaviest in a minute | in five |
|--:|--:|--:|--:|--:|
{provision}

For 30 one machine does, with [The Littlest JupyterHub](https://tljh.jupyter.org). For 300 it takes
a cluster: [Zero to JupyterHub](https://z2jh.jupyter.org) on Kubernetes, with the image that
`repo2docker --no-run --image-name REGISTRY/relu-lessons:1 .` makes of `environment.yml`. In its
`config.yaml`, from the largest lesson:

```yaml
singleuser:
  image: {{name: REGISTRY/relu-lessons, tag: "1"}}
  memory: {{guarantee: {guarantee}M, limit: {limit}M}}
  cpu: {{guarantee: {cpu:.2f}, limit: 2}}
hub:
  concurrentSpawnLimit: 64
```

The guarantees decide how many students fit on a node; the limits end a kernel that has gone astray
and no other. Above `concurrentSpawnLimit` the hub answers 429 and the browser asks again.
Let the class log in some minutes before it begins, and ask for **Run All** in rows, not at once.
"""


def report(group: list[Student], found: dict[str, Cost], lessons: str, heaviest: Cost) -> str:
    """The whole of classroom.md."""
    each = [found[student.name] for student in group]
    middle = Cost(*(statistics.median(values) for values in zip(*each, strict=True)))
    answers = sum((student.answers for student in group), Counter())
    return PAGE.format(
        students=len(group),
        lesson=Path(group[0].lesson).stem,
        cells=len(group[0].cells),
        figures=class_table(group, found),
        pauses=pause_table(group),
        own=found[""].both,
        answers=", ".join(f"{count} x {status}" for status, count in sorted(answers.items())),
        lessons=lessons,
        machine=machine(),
        provision="\n".join(provision(size, middle, heaviest) for size in (30, 300)),
        guarantee=math.ceil(heaviest.alone / 10) * 10,
        limit=math.ceil(2 * heaviest.alone / 100) * 100,
        cpu=heaviest.cpu / 300,
    )


def measure(
    lessons: dict[str, str], proxy: Path, limit: int
) -> tuple[list[Student], dict[str, Cost]]:
    """A hub and a class: `lessons` says which lesson each student, by name, runs.

    Raises:
        SystemExit: somebody did not get through; says who and why, and what the hub said last.
    """
    with tempfile.TemporaryDirectory(prefix="class-", ignore_cleanup_errors=True) as folder:
        home, password = Path(folder), secrets.token_hex(8)
        for name in lessons:
            copy = home / "students" / name / "lessons" / "notebooks"
            shutil.copytree(ROOT / "notebooks", copy, ignore=LEFT_BEHIND)
        options = settings(home, proxy, password, limit)
        url = options["JupyterHub.bind_url"]
        students = [Student(name, url, f"notebooks/{lessons[name]}.ipynb") for name in lessons]
        with running_hub(home, options) as hub:
            faults, found = asyncio.run(hold_class(students, password, hub))
        if faults:
            said = [*map(repr, faults), (home / "hub.log").read_text()[-3000:]]
            sys.exit(f"{len(faults)} of {len(students)} failed:\n" + "\n".join(said))
    return students, found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--proxy", type=Path, required=True, help="configurable-http-proxy of npm")
    parser.add_argument("--students", type=int, default=30)
    parser.add_argument("--lesson", default="05_learning_alpha")
    parser.add_argument("--spawn-limit", type=int, default=100, help="concurrent_spawn_limit")
    arguments = parser.parse_args()
    how = (arguments.proxy.resolve(), arguments.spawn_limit)
    stems = sorted(path.stem for path in ROOT.glob("notebooks/[0-9]*.ipynb"))
    group = measure({f"student{i:03}": arguments.lesson for i in range(arguments.students)}, *how)
    singles, found = measure({stem: stem for stem in stems}, *how)
    each = [found[stem] for stem in stems]
    heaviest = Cost(*(max(values) for values in zip(*each, strict=True)))
    text = report(*group, lesson_table(singles, found), heaviest)
    print(text)
    Path(__file__).with_suffix(".md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
