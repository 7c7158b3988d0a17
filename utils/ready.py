"""Whether this place is ready for the lessons, in words: what is installed, what to do."""

import os
import sys
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from packaging.requirements import Requirement

# What the lessons themselves need, wherever they run. requirements.txt asks for more, and for newer
# ipywidgets: for JupyterLab, for the names that a screen reader says, for the tests.
NEEDED = ("numpy>=2.0,<3", "matplotlib>=3.9,<4", "pillow>=11.0,<14", "ipywidgets>=7.7.1,<9")

# What to do where no slider shows.
REMEDIES = {
    "JupyterLab or Notebook": (
        "close it, run `python start.py` in this folder, and open the lesson from the page that it "
        "opens; it brings the widgets along. Then reload the page."
    ),
    "VS Code": (
        "install the Jupyter extension, choose Select Kernel > Python Environments > .venv, and if "
        "it asks, allow it to download support for widgets."
    ),
    "Colab": (
        "run the cell of the README's Colab section first, then Runtime > Restart session and run "
        "all. Third-party cookies must be allowed for widgets to show."
    ),
    "a hub or Binder": (
        "reload the page and run all cells. If that does not help, ipywidgets is missing where the "
        "page comes from: tell whoever runs the hub (HOSTING.md says what it needs)."
    ),
    "a browser's own Python": (
        "reload the page and run all cells, from the one that installs on: the network is needed."
    ),
}
# What to do where packages are missing or do not fit.
CURES = {
    "JupyterLab or Notebook": "Run `python start.py` in this folder: it installs what fits.",
    "VS Code": "Run `python start.py` in this folder, then choose the kernel .venv.",
    "Colab": "Choose Runtime > Disconnect and delete runtime; then run the README's cell again.",
    "a hub or Binder": "Tell whoever runs it: HOSTING.md says what a hub needs.",
    "a browser's own Python": "Reload the page, and run first the cell that installs.",
}


def place() -> str:
    """Where this Python runs: one of the `REMEDIES`."""
    if "google.colab" in sys.modules:
        return "Colab"
    if sys.platform == "emscripten":
        return "a browser's own Python"
    if any(name.startswith(("JUPYTERHUB_", "BINDER_")) for name in os.environ):
        return "a hub or Binder"
    if any(name.startswith("VSCODE_") for name in os.environ):
        return "VS Code"
    return "JupyterLab or Notebook"


def remedy() -> str:
    """What to do where no slider shows, for each place: the same wherever it is said."""
    return "\n".join(f"In {name}: {words}" for name, words in REMEDIES.items())


def problems(needed: Iterable[str] = NEEDED) -> list[str]:
    """What is missing or of another version than these requirements ask for, in words."""
    found = []
    for wanted in map(Requirement, needed):
        try:
            installed = version(wanted.name)
        except PackageNotFoundError:
            found.append(f"{wanted.name} is not installed; {wanted} is needed.")
            continue
        if not wanted.specifier.contains(installed, prereleases=True):
            found.append(f"{wanted.name} is {installed}; {wanted} is needed.")
    return found


def listed(*files: str) -> list[str]:
    """The requirements in these files."""
    lines = [ln.strip() for name in files for ln in Path(name).read_text("utf-8").splitlines()]
    return [line for line in lines if line and not line.startswith(("#", "-"))]


def versions() -> str:
    """This Python and the packages that the lessons import, with their versions, on one line."""
    names = [Requirement(wanted).name for wanted in NEEDED]
    packages = ", ".join(f"{name} {version(name)}" for name in names)
    return f"Python {sys.version.split()[0]}, {packages}."


def verdict() -> str:
    """Whether the packages fit; without their versions, so that it is the same wherever they do."""
    if wrong := problems():
        return "\n".join([*wrong, CURES[place()]])
    return "Python and every package are as the lessons need them."


if __name__ == "__main__":  # start.py asks, of requirements files, whether what they say is there
    sys.exit("\n".join(problems(listed(*sys.argv[1:]))) or None)
