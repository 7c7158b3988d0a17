"""start.py without a network: its installer is a recorder that can be told to fail."""

import ast
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

SOURCE = Path(__file__).parents[1] / "start.py"


def load(path: Path) -> ModuleType:
    """The script at `path` as a module, newly executed."""
    spec = importlib.util.spec_from_file_location("start_under_test", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Recorder:
    """Stands for the subprocess module: notes each command, and plays its part on the disk."""

    CalledProcessError = subprocess.CalledProcessError

    def __init__(self) -> None:
        self.commands: list[list[str]] = []
        self.environments: list[dict[str, str]] = []
        self.pip_says = ""  # its configuration
        self.unfit = False  # whether something else than the requirements is installed
        self.fails = ""  # the word that makes a command fail
        self.waits: list[
            int | type[BaseException]
        ] = []  # how the launched program ends, if not with 0

    def run(self, command: list[str], **options: object) -> SimpleNamespace | None:
        if "config" in command:
            return SimpleNamespace(stdout=self.pip_says)
        asks_what_is_there = command[1:3] == ["-m", "utils.ready"]
        if asks_what_is_there or command[1:2] == ["-c"]:
            if not Path(command[0]).exists():
                raise FileNotFoundError(command[0])
            if asks_what_is_there and self.unfit:
                raise subprocess.CalledProcessError(1, command)
            return
        self._note(command, options)
        if self.fails and self.fails in command:
            raise subprocess.CalledProcessError(1, command)
        if "venv" in command:
            python = Path(
                command[-1], "Scripts/python.exe" if sys.platform == "win32" else "bin/python"
            )
            python.parent.mkdir(parents=True)
            python.touch()

    def Popen(self, command: list[str], **options: object) -> SimpleNamespace:  # noqa: N802
        self._note(command, options)
        return SimpleNamespace(wait=self._wait, terminate=lambda: None)

    def _note(self, command: list[str], options: dict) -> None:
        assert all(isinstance(word, str) for word in command)
        self.commands.append(command)
        self.environments.append(options["env"])

    def _wait(self) -> int:
        end = self.waits.pop(0) if self.waits else 0
        if isinstance(end, int):
            return end
        raise end


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project of three small files and two lessons, in a path with a space."""
    root = tmp_path / "my lessons"
    (root / "notebooks").mkdir(parents=True)
    shutil.copy(SOURCE, root)
    (root / "requirements.txt").write_text("numpy\n")
    (root / "requirements-test.txt").write_text("pytest\n")
    (root / "requirements-site.txt").write_text("latex2mathml\n")
    for name in ("02_second.ipynb", "01_first.ipynb", "01_first-Copy1.ipynb", "extra.ipynb"):
        (root / "notebooks" / name).touch()
    return root


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def start(folder: Path, recorder: Recorder, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """Runs start.py with these arguments, as a new process would, on a machine without uv."""
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr("signal.signal", lambda *_: None)

    def run(*arguments: str) -> int:
        recorder.commands.clear()
        script = load(folder / "start.py")
        script.subprocess = recorder
        return script.main(list(arguments))

    return run


def installs(recorder: Recorder) -> list[list[str]]:
    """What each recorded installer command was told to install."""
    words = [command for command in recorder.commands if "install" in command]
    wanted = "--requirement="
    return [
        [word.removeprefix(wanted) for word in command if word.startswith(wanted)]
        for command in words
    ]


def made_venv(recorder: Recorder) -> bool:
    return any("venv" in command for command in recorder.commands)


def test_reads_as_python_36_and_tells_an_old_python_so(monkeypatch: pytest.MonkeyPatch) -> None:
    source = SOURCE.read_text(encoding="utf-8")
    ast.parse(source, feature_version=(3, 6))
    monkeypatch.setattr(sys, "version_info", (3, 10, 4, "final", 0))
    with pytest.raises(SystemExit) as stop:
        exec(compile(source, "start.py", "exec"), {"__name__": "__main__", "__file__": str(SOURCE)})
    assert stop.value.code == "The lessons need Python 3.11 or newer; this is Python 3.10."


def test_old_python_is_refused_before_any_function_is_defined() -> None:
    """Annotations such as list[str] are errors before 3.9, so the check must come ahead of them."""
    kinds = [type(node) for node in ast.parse(SOURCE.read_text(encoding="utf-8")).body]
    assert kinds.index(ast.If) < kinds.index(ast.FunctionDef)
    assert set(kinds[: kinds.index(ast.If)]) == {ast.Expr, ast.Import, ast.ImportFrom}


def test_first_start_makes_the_environment_and_opens_the_first_lesson(start, recorder, folder):
    assert start() == 0
    make, install, lab = recorder.commands
    assert make[1:] == ["-m", "venv", str(folder / ".venv")]
    assert install[1:4] == ["-m", "pip", "install"]
    assert Path(install[0]).is_relative_to(folder / ".venv")
    assert installs(recorder) == [["requirements.txt"]]
    assert lab[0] == install[0]
    assert "--ServerApp.ip=127.0.0.1" in lab
    for trait in ("ServerApp.root_dir", "ServerApp.preferred_dir", "FileContentsManager.root_dir"):
        assert f"--{trait}={folder}" in lab
    assert "--LabApp.default_url=/lab/tree/notebooks/01_first.ipynb" in lab
    assert not any("token" in word or "password" in word for word in lab)


def test_second_start_installs_nothing(start, recorder):
    start()
    start()
    assert len(recorder.commands) == 1
    assert "jupyterlab" in recorder.commands[0]


def test_tests_add_their_requirements_once_and_the_lessons_need_no_more(start, recorder):
    start()
    start("test")
    more = ["requirements-test.txt", "requirements-site.txt"]
    assert installs(recorder) == [["requirements.txt", *more]]
    assert not made_venv(recorder)
    start()
    start("test")
    assert installs(recorder) == []


def test_arguments_go_on(start, recorder):
    start("--no-browser", "--port=9000")
    assert recorder.commands[-1][-2:] == ["--no-browser", "--port=9000"]
    start("test", "-k", "prelu")
    assert recorder.commands[-1][1:] == ["-m", "pytest", "-k", "prelu"]


def test_site_adds_what_it_needs_and_makes_the_pages(start, recorder):
    start("site", "elsewhere")
    assert installs(recorder) == [["requirements.txt", "requirements-site.txt"]]
    assert recorder.commands[-1][1:] == ["-m", "pages", "elsewhere"]


def test_uv_is_taken_where_it_is_and_needs_no_venv_module(start, recorder, folder, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: f"/tools/{name}")
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    start()
    make, install, _ = recorder.commands
    assert make[:2] == ["/tools/uv", "venv"] and make[-1] == str(folder / ".venv")
    assert install[:3] == ["/tools/uv", "pip", "install"]
    python = Path(install[install.index("--python") + 1])
    assert python.is_relative_to(folder / ".venv")


def test_missing_ensurepip_is_named(start, recorder, folder, monkeypatch):
    found = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda n: None if n == "ensurepip" else found(n)
    )
    with pytest.raises(SystemExit, match="apt install python3-venv"):
        start()
    assert recorder.commands == []
    assert not (folder / ".venv").exists()


def test_failed_installation_says_so_and_the_next_start_begins_anew(start, recorder, folder):
    recorder.fails = "install"
    with pytest.raises(SystemExit, match="network is away.*same command again"):
        start()
    assert not (folder / ".venv/installed.txt").exists()
    (folder / ".venv/half-written").touch()
    recorder.fails = ""
    start()
    assert made_venv(recorder)
    assert not (folder / ".venv/half-written").exists()


def test_stopped_installation_says_so(start, recorder, monkeypatch):
    monkeypatch.setattr(recorder, "run", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(SystemExit, match=r"Stopped\."):
        start()


def test_changed_requirement_is_installed_without_starting_anew(start, recorder, folder):
    start()
    (folder / "requirements.txt").write_text("numpy>=2\n")
    start()
    assert installs(recorder) == [["requirements.txt"]]
    assert not made_venv(recorder)


def test_broken_upgrade_is_noticed(start, recorder, folder):
    start()
    before = (folder / "requirements.txt").read_text()
    (folder / "requirements.txt").write_text("numpy>=2\n")
    recorder.fails = "install"
    with pytest.raises(SystemExit):
        start()
    recorder.fails = ""
    (folder / "requirements.txt").write_text(before)
    start()
    assert installs(recorder) == [["requirements.txt"]]


@pytest.mark.parametrize(
    "harm", ["interpreter gone", "stamp unreadable", "folder moved", "new Python"]
)
def test_environment_that_cannot_work_is_made_anew(harm, start, recorder, folder, monkeypatch):
    start()
    stamp = folder / ".venv/installed.txt"
    if harm == "interpreter gone":
        Path(recorder.commands[-1][0]).unlink()
    elif harm == "stamp unreadable":
        stamp.write_bytes(b"\xff\x00")
    elif harm == "folder moved":
        stamp.write_text(stamp.read_text().replace("my lessons", "elsewhere"))
    else:
        monkeypatch.setattr(sys, "version_info", (3, 99, 0, "final", 0))
    start()
    assert made_venv(recorder)
    start()
    assert len(recorder.commands) == 1


def test_locked_file_gets_a_sentence(start, folder, monkeypatch):
    (folder / ".venv").mkdir()

    def locked(path: Path) -> None:
        raise PermissionError(13, "in use", str(path))

    monkeypatch.setattr(shutil, "rmtree", locked)
    with pytest.raises(SystemExit, match="in use.*Close every program"):
        start()


def test_missing_requirements_file_gets_a_sentence(start, folder):
    (folder / "requirements.txt").unlink()
    with pytest.raises(SystemExit, match=r"cannot be used.*requirements\.txt"):
        start()


@pytest.mark.parametrize(
    "name",
    [
        *("PYTHONHOME", "PYTHONPATH", "PYTHONSTARTUP", "PYTHONWARNINGS", "PYTHONUSERBASE"),
        *("PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_DRY_RUN", "UV_TARGET"),
        *("JUPYTER_PATH", "JUPYTER_DATA_DIR", "JUPYTER_CONFIG_PATH", "JUPYTERLAB_DIR"),
        *("IPYTHONDIR", "MPLBACKEND", "MATPLOTLIBRC", "MPLCONFIGDIR", "VIRTUAL_ENV"),
    ],
)
def test_what_other_work_has_set_does_not_leak_in(name, start, recorder, folder, monkeypatch):
    monkeypatch.setenv(name, "/elsewhere")
    start()
    for variables in recorder.environments:
        assert variables.get(name) != "/elsewhere"
        assert variables["VIRTUAL_ENV"] == str(folder / ".venv")
        assert variables["PATH"].startswith(str(folder / ".venv"))
        assert variables["JUPYTER_PREFER_ENV_PATH"] == "1"


@pytest.mark.parametrize(
    "name",
    [
        *("PIP_INDEX_URL", "PIP_PROXY", "PIP_CERT", "PIP_CACHE_DIR"),
        *("UV_DEFAULT_INDEX", "UV_CACHE_DIR", "UV_NATIVE_TLS", "PYTHONUTF8", "JUPYTER_TOKEN"),
        *("HTTPS_PROXY", "LANG", "HOME"),
    ],
)
def test_the_way_out_and_the_way_in_stay_as_they_are(name, start, recorder, monkeypatch):
    monkeypatch.setenv(name, "/as/it/was")
    start()
    assert {variables[name] for variables in recorder.environments} == {"/as/it/was"}


def test_of_pip_conf_only_the_way_to_the_index_holds(start, recorder):
    recorder.pip_says = (
        "global.index-url='https://pip.example/simple'\n"
        "global.user='true'\ninstall.target='/elsewhere'\n"
        "global.find-links='/a\\n/b'\n"
    )
    start()
    (install,) = [
        variables
        for command, variables in zip(recorder.commands, recorder.environments, strict=True)
        if "install" in command
    ]
    said = {name: value for name, value in install.items() if name.startswith("PIP_")}
    assert (
        said.items()
        >= {
            "PIP_INDEX_URL": "https://pip.example/simple",
            "PIP_FIND_LINKS": "/a\n/b",
            "PIP_CONFIG_FILE": os.devnull,
        }.items()
    )
    assert not {"PIP_USER", "PIP_TARGET"} & set(said)


def test_what_was_installed_over_it_is_put_right(start, recorder):
    start()
    recorder.unfit = True
    start()
    assert installs(recorder) == [["requirements.txt"]]
    assert not made_venv(recorder)


def test_a_folder_that_cannot_be_written_to_is_named(start, recorder, folder, monkeypatch):
    monkeypatch.setattr("os.access", lambda path, mode: False)
    with pytest.raises(SystemExit, match="cannot be written to: .*my lessons"):
        start()
    assert recorder.commands == []


def test_numpy_keeps_to_one_thread_unless_told_otherwise(start, recorder, monkeypatch):
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    start()
    assert recorder.environments[-1]["OPENBLAS_NUM_THREADS"] == "1"
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "4")
    start()
    assert recorder.environments[-1]["OPENBLAS_NUM_THREADS"] == "4"


def test_exit_code_is_the_programs_own_and_ctrl_c_waits_for_it(start, recorder):
    recorder.waits = [KeyboardInterrupt, KeyboardInterrupt, 3]
    assert start() == 3
    assert recorder.waits == []


def test_sentence_goes_to_stderr_with_exit_code_1(folder):
    """The one test that starts a process: a folder without its requirements file."""
    (folder / "requirements.txt").unlink()
    command = [sys.executable, folder / "start.py"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1 and "Traceback" not in done.stderr
