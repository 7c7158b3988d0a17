"""Open the lessons, test them, or make pages of them: the one command that this folder needs.

    python start.py         opens JupyterLab at the first lesson
    python start.py test    runs every test with pytest
    python start.py site    builds site/: every lesson as a page that needs no Python

The first start makes the folder .venv and installs what the lessons need into it; later starts take
seconds. Further arguments go on to JupyterLab or pytest: `python start.py --no-browser`.
"""

import ast
import hashlib
import importlib.util
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

# First of all, and in syntax that Python 3.6 can read: a sentence instead of a traceback.
if sys.version_info < (3, 11):
    found = "{}.{}".format(*sys.version_info[:2])
    sys.exit("The lessons need Python 3.11 or newer; this is Python " + found + ".")

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMP = VENV / "installed.txt"
# A machine's configuration may set these for other work.
FOLDERS = ("ServerApp.root_dir", "ServerApp.preferred_dir", "FileContentsManager.root_dir")
CONTENTS = "utils.reopened.Reopened"  # shows pictures where no kernel stands behind a view
# What each task needs besides requirements.txt, and the module that does it.
MORE = {
    "test": ["requirements-test.txt", "requirements-site.txt"],
    "site": ["requirements-site.txt"],
}
MODULES = {"test": "pytest", "site": "pages"}
PLACE = f"Python {sys.version_info[0]}.{sys.version_info[1]} in {str(ROOT)!a}"

NO_VENV = "Python's venv module is incomplete. On Debian and Ubuntu: sudo apt install python3-venv"
NO_INSTALL = (
    "The installation did not finish; the lines above say why, and most often the network is away."
    " Run the same command again and it carries on."
)
NO_WRITING = (
    "This folder cannot be written to: {}. The lessons keep their packages and what you change in"
    " it: copy it to a place of your own, and run the same command there."
)
NO_ACCESS = (
    "This folder or its .venv cannot be used: {}. Close every program that may still use it"
    " (JupyterLab, a terminal, an editor) and run the same command again."
)


# Variables that begin so say where Python finds modules, where pip and uv put them, what Jupyter
# starts and how matplotlib draws. Here it is always .venv, this folder, its own kernel.
FOREIGN = ("PYTHON", "PIP_", "UV_", "JUPYTER", "IPYTHON", "MPL", "MATPLOTLIB")
# Kept of them: how this computer reaches the package index and writes letters, and who may come in.
KEPT = re.compile(
    "PYTHON(UTF8|IOENCODING)|JUPYTER_TOKEN|(PIP|UV)_.*(INDEX|LINKS|HOST|PROXY|CERT|TLS|CACHE|TIMEOUT|"
    "RETRIES|KEYRING|OFFLINE).*"
)


def environment() -> dict[str, str]:
    """This terminal's environment variables, as if .venv were activated, and nothing else."""
    kept = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(FOREIGN) or KEPT.fullmatch(key)
    }
    path = os.pathsep.join([str(PYTHON.parent), os.environ.get("PATH", os.defpath)])
    # The matrices here are small: threads that wait for each other would only slow a busy machine.
    calm = {"OPENBLAS_NUM_THREADS": "1"}
    ours = {
        # An environment activated before this one must not be taken for it, nor its `pip` for ours.
        "PATH": path,
        "VIRTUAL_ENV": str(VENV),
        # What a user's configuration says of other work: kernels, folders, start-up scripts.
        "PYTHONNOUSERSITE": "1",
        "JUPYTER_PREFER_ENV_PATH": "1",
        "JUPYTER_CONFIG_DIR": str(VENV / "jupyter"),
        "IPYTHONDIR": str(VENV / "ipython"),
    }
    return {**calm, **kept, **ours}


def run(*command: object, more: dict[str, str] | None = None) -> None:
    """Run a command in the project's folder; CalledProcessError if it fails."""
    words, variables = [str(word) for word in command], {**environment(), **(more or {})}
    subprocess.run(words, cwd=ROOT, env=variables, check=True)


def way_out() -> dict[str, str]:
    """What pip.conf says of the way to the package index, as variables. No more of it holds."""
    command = [str(PYTHON), "-m", "pip", "config", "list"]
    done = subprocess.run(command, env=os.environ, check=True, capture_output=True, text=True)
    pairs = (line.partition("=") for line in done.stdout.splitlines())
    named = {f"PIP_{key.partition('.')[2].replace('-', '_').upper()}": val for key, _, val in pairs}
    kept = {name: ast.literal_eval(val) for name, val in named.items() if KEPT.fullmatch(name)}
    return {**kept, "PIP_CONFIG_FILE": os.devnull}


def fingerprint(names: list[str]) -> set[str]:
    """What an installation of these requirements files remembers: the place, and their contents."""
    return {PLACE} | {f"{n} {hashlib.sha256((ROOT / n).read_bytes()).hexdigest()}" for n in names}


def remembered() -> set[str]:
    """What the last finished installation remembered: nothing if it did not finish."""
    try:
        return set(STAMP.read_text(encoding="ascii").splitlines())
    except (OSError, ValueError):
        return set()


def works(*words: str) -> bool:
    """Whether .venv's Python is there, and runs these words to a good end."""
    command = [str(PYTHON), *words]
    try:
        subprocess.run(command, cwd=ROOT, env=environment(), check=True, capture_output=True)
        return True
    except (OSError, subprocess.CalledProcessError):
        return False


def make_venv(uv: str | None) -> None:
    """A new, empty .venv in place of whatever is there."""
    # Started from inside .venv, this script's own interpreter is about to go: take the one below.
    python = getattr(sys, "_base_executable", None) or sys.executable
    if not uv and not all(importlib.util.find_spec(name) for name in ("venv", "ensurepip")):
        sys.exit(NO_VENV)
    print("Making .venv: the first start takes a minute or two.", flush=True)
    if VENV.exists():
        shutil.rmtree(VENV)
    # --seed puts pip into it, so that `%pip install` works in a notebook whoever made .venv.
    run(*([uv, "venv", "--seed", "--python", python] if uv else [python, "-m", "venv"]), VENV)


def prepare(names: list[str]) -> None:
    """Bring .venv to what the requirements files say, or do nothing if it is there already."""
    wanted, done = fingerprint(names), remembered()
    # A `pip install` may have changed what is there.
    if wanted <= done and works("-m", "utils.ready", *names):
        return
    if not os.access(str(ROOT), os.W_OK):
        sys.exit(NO_WRITING.format(ROOT))
    STAMP.unlink(missing_ok=True)  # written again at the end: no stamp means it broke off half-way
    uv = shutil.which("uv")
    if PLACE not in done or not works("-c", ""):
        make_venv(uv)
    print("Installing " + " and ".join(names), flush=True)
    # What is imported is compiled then; to compile all ahead takes a third of the installation.
    pip = [PYTHON, "-m", "pip", "install", "--no-compile"]
    tool = [uv, "pip", "install", "--python", PYTHON] if uv else pip
    run(*tool, *(f"--requirement={name}" for name in names), more={} if uv else way_out())
    STAMP.write_text("\n".join(sorted(wanted)), encoding="ascii")


def lab(arguments: list[str]) -> list[str]:
    """The command that opens JupyterLab at the first lesson, for this computer only."""
    names = (path.name for path in ROOT.glob("notebooks/*.ipynb"))
    # Ours, and no copy such as 00_start_here-Copy1.ipynb.
    lessons = sorted(name for name in names if re.fullmatch(r"\d\d_\w+\.ipynb", name))
    page = "/lab/tree/notebooks/" + quote(lessons[0]) if lessons else "/lab"
    # As the address and not as a file: the address printed with --no-browser leads there too.
    options = [f"--LabApp.default_url={page}", "--ServerApp.contents_manager_class=" + CONTENTS]
    options += [f"--{trait}={ROOT}" for trait in FOLDERS]
    return [str(PYTHON), "-m", "jupyterlab", "--ServerApp.ip=127.0.0.1", *options, *arguments]


def launch(command: list[str]) -> int:
    """Run the command to its end and return its exit code."""
    child = subprocess.Popen(command, cwd=ROOT, env=environment())
    signal.signal(signal.SIGTERM, lambda *_: child.terminate())  # ending this script ends it too
    while True:
        try:
            return child.wait()
        except KeyboardInterrupt:
            pass  # the child got the same Ctrl-C, and shuts down in its own time


def main(arguments: list[str]) -> int:
    """Install what is missing, then run the lessons, the tests, or what makes the pages."""
    task = arguments[0] if arguments and arguments[0] in MODULES else ""
    try:
        prepare(["requirements.txt", *MORE.get(task, [])])
    except subprocess.CalledProcessError:
        sys.exit(NO_INSTALL)
    except OSError as error:
        sys.exit(NO_ACCESS.format(error))
    except KeyboardInterrupt:
        sys.exit("Stopped. Run the same command again and it carries on.")
    if task:
        return launch([str(PYTHON), "-m", MODULES[task], *arguments[1:]])
    return launch(lab(arguments))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
