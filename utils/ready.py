"""Whether this machine is ready for the lessons, in words: what is installed, what to do."""

import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from packaging.requirements import Requirement

REQUIREMENTS = Path(__file__).parents[1] / "requirements.txt"
IMPORTED = ("numpy", "matplotlib", "pillow", "ipywidgets")  # the others open and test the lessons
REMEDIES = {
    "JupyterLab": (
        "In JupyterLab: close it, run `python start.py` in this folder, and open the lesson from "
        "the page that it opens; it brings the widgets along. Then reload the page."
    ),
    "VS Code": (
        "In VS Code: install the Jupyter extension, choose Select Kernel > Python Environments > "
        ".venv, and if it asks, allow it to download support for widgets."
    ),
    "Colab": (
        "In Colab: run the cell of the README's Colab section first, then Runtime > Restart and "
        "run all. Third-party cookies must be allowed for widgets to show."
    ),
}


def remedy() -> str:
    """What to do where no slider shows, for each front end."""
    return "\n".join(REMEDIES.values())


def requirements() -> list[Requirement]:
    """What requirements.txt asks for of the packages that the lessons import."""
    lines = (line.strip() for line in REQUIREMENTS.read_text(encoding="utf-8").splitlines())
    wanted = [Requirement(line) for line in lines if line and not line.startswith(("#", "-"))]
    return [requirement for requirement in wanted if requirement.name in IMPORTED]


def problems() -> list[str]:
    """What is missing or of another version than requirements.txt asks for, in words."""
    found = []
    for wanted in requirements():
        try:
            installed = version(wanted.name)
        except PackageNotFoundError:
            found.append(f"{wanted.name} is not installed; {wanted} is needed.")
            continue
        if not wanted.specifier.contains(installed, prereleases=True):
            found.append(f"{wanted.name} is {installed}; {wanted} is needed.")
    return found


def versions() -> str:
    """This Python and the packages that the lessons import, with their versions, on one line."""
    listed = ", ".join(f"{wanted.name} {version(wanted.name)}" for wanted in requirements())
    return f"Python {sys.version.split()[0]}, {listed}."


def verdict() -> str:
    """Whether the packages fit; without their versions, so that it is the same wherever they do."""
    wrong = problems()
    if wrong:
        return "\n".join([*wrong, "Run `python start.py` in this folder: it installs what fits."])
    return "Python and every package are as the lessons need them."
