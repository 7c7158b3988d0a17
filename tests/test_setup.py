"""The files that say what to install, and how the tests are run, agree with each other."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
RANGE = re.compile(r"[\w-]+>=[\d.]+,<[\d.]+")


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def requirements(name: str) -> list[str]:
    """The lines of a requirements file that ask for something."""
    return [line for line in read(name).splitlines() if line and not line.startswith("#")]


def workflow() -> dict:
    # YAML 1.1 reads the key `on` as True.
    loaded = yaml.safe_load(read(".github/workflows/ci.yml"))
    return {("on" if key is True else key): value for key, value in loaded.items()}


@pytest.mark.parametrize("name", sorted(path.name for path in ROOT.glob("requirements*.txt")))
def test_each_requirement_has_a_range_and_a_reason(name):
    lines = read(name).splitlines()
    asked = requirements(name)
    assert asked
    for line in asked:
        assert RANGE.fullmatch(line) or line == "-e .", line
        assert re.match(r"# \w{3,}", lines[lines.index(line) - 1]), f"no reason above {line}"


def test_environment_yml_says_the_same_as_requirements_txt():
    conda = yaml.safe_load(read("environment.yml"))["dependencies"]
    [pip] = [entry["pip"] for entry in conda if isinstance(entry, dict)]
    ranges = [entry for entry in conda if isinstance(entry, str) and RANGE.fullmatch(entry)]
    rest = [entry for entry in conda if isinstance(entry, str) and entry not in ranges]
    assert sorted(ranges + pip) == sorted(requirements("requirements.txt"))
    assert [re.sub(r"=.*", "", entry) for entry in rest] == ["python", "pip"]


def test_every_place_names_the_same_oldest_python():
    oldest = re.search(r'requires-python = ">=3\.(\d+)"', read("pyproject.toml"))[1]
    assert f"sys.version_info < (3, {oldest})" in read("start.py")
    assert f'target-version = "py3{oldest}"' in read("pyproject.toml")
    pythons = workflow()["jobs"]["test"]["strategy"]["matrix"]["python"]
    assert pythons[0] == f"3.{oldest}"
    conda = re.search(r"python=3\.(\d+)", read("environment.yml"))[1]
    assert int(oldest) <= int(conda) <= int(pythons[-1].removeprefix("3."))


def test_ci_runs_the_readmes_test_command():
    command = "python start.py test"
    assert command in read("README.md")
    assert re.search(rf"^\s*{command}$", read(".ci/run"), re.MULTILINE)
    jobs = workflow()["jobs"]
    whole = jobs.keys() - {"audit", "colab", "engines", "long", "vscode", "site", "publish"}
    assert whole == {"test", "lowest", "newest"}
    assert jobs["long"]["steps"][-1]["run"] == f"{command} --long"
    for name in whole:
        assert jobs[name]["steps"][-1]["run"] == command


def test_workflow_covers_the_three_systems_the_pythons_and_every_week():
    flow = workflow()
    matrix = flow["jobs"]["test"]["strategy"]["matrix"]
    assert [name.split("-")[0] for name in matrix["os"]] == ["ubuntu", "macos", "windows"]
    oldest, newest = matrix["python"]
    between = [entry["python"] for entry in matrix["include"]]
    assert all(isinstance(v, str) for v in [oldest, *between, newest])  # 3.10 would become 3.1
    minors = [int(v.removeprefix("3.")) for v in [oldest, *between, newest]]
    assert minors == list(range(minors[0], minors[-1] + 1))
    [weekly] = flow["on"]["schedule"]
    minute, hour, day, month, weekday = weekly["cron"].split()
    assert (day, month) == ("*", "*") and minute.isdigit() and hour.isdigit() and weekday.isdigit()
    assert {"push", "pull_request"} <= flow["on"].keys()
    assert flow["permissions"] == {"contents": "read"}


@pytest.mark.parametrize("command", [["check"], ["format", "--check"]], ids=["lint", "format"])
def test_ruff_has_nothing_to_say(command):
    done = subprocess.run(
        [sys.executable, "-m", "ruff", *command, "--no-cache", "."],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_sanitizer_is_ascii_and_hides_addresses():
    text = read("tests/nbval_sanitize.cfg")
    assert text.isascii()
    pattern = re.search(r"^regex: (.*)$", text, re.MULTILINE)[1]
    replacement = re.search(r"^replace: (.*)$", text, re.MULTILINE)[1]
    assert re.sub(pattern, replacement, "<Line at 0x7f3a>") == "<Line at 0xADDR>"


def test_workflow_tries_the_lowest_releases_on_the_oldest_python_and_audits_all():
    jobs = workflow()["jobs"]
    _, python, _, install, _ = jobs["lowest"]["steps"]
    oldest = jobs["test"]["strategy"]["matrix"]["python"][0]
    assert python["with"]["python-version"] == oldest
    assert "--resolution lowest-direct" in install["run"]
    for name in ("requirements.txt", "requirements-test.txt", "requirements-site.txt"):
        assert f"-r {name}" in install["run"]
    audit = jobs["audit"]["steps"][-1]["run"]
    assert "requirements*.txt" in audit and "pip_audit --strict" in audit


def test_workflow_runs_the_lessons_in_colabs_environment_on_its_python():
    *_, python, _, walk = workflow()["jobs"]["colab"]["steps"]
    assert python["with"]["python-version"] == "3.12"
    assert walk["run"] == ".venv/bin/python tests/colab.py python"


def test_workflow_builds_the_site_walks_it_and_publishes_that_one():
    jobs = workflow()["jobs"]
    steps = jobs["site"]["steps"]
    done = [step.get("run", step.get("uses")).strip().partition("@")[0] for step in steps]
    assert "python start.py site" in done and "python start.py site" in read("README.md")
    for walk in ("tests/walk_pages.py", "tests/walk_lab.py"):
        assert f".venv/bin/python {walk} site" in done and (ROOT / walk).exists()
    assert done[-1] == "actions/upload-pages-artifact" and steps[-1]["with"] == {"path": "site"}
    assert jobs["publish"]["needs"] == "site"
    assert jobs["publish"]["if"] == steps[-1]["if"]  # of the repository's own branch, and no other
    assert jobs["publish"]["permissions"] == {"pages": "write", "id-token": "write"}


def test_workflow_walks_a_lesson_in_each_engine_as_its_script_says():
    walks = workflow()["jobs"]["engines"]
    said = re.findall(r"^ {4}(.*python tests/engines\.py \w+)$", read("tests/engines.py"), re.M)
    assert [entry["command"] for entry in walks["strategy"]["matrix"]["include"]] == said
    assert [line.split()[-1] for line in said] == ["firefox", "webkit"]
    assert "${{ matrix.command }}" in walks["steps"][-1]["run"]
