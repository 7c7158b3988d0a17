"""What the browser tests share: which browser, and one JupyterLab for all of them."""

import os
import shutil
from collections.abc import Iterator

import hypothesis
import pytest
from lab import BROWSER_FLAGS, NOTEBOOKS, Lab, find_browser

# A busy machine may take longer for an example than hypothesis expects, and that is no fault.
SLOW = [hypothesis.HealthCheck.too_slow]
hypothesis.settings.register_profile("untimed", deadline=None, suppress_health_check=SLOW)
hypothesis.settings.load_profile("untimed")

NO_BROWSER = "Install Chromium or Google Chrome (or set CHROME_PATH) to run the browser tests."


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests last: Playwright leaves an event loop running, and asyncio.run refuses that."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict:
    """Tell pytest-playwright to use the installed browser; it would look for one of its own."""
    browser = find_browser()
    if browser is None and os.environ.get("CI"):
        pytest.fail(NO_BROWSER)  # a skip would leave CI green with nothing tested
    if browser is None:
        pytest.skip(NO_BROWSER)
    return {"executable_path": browser, "args": BROWSER_FLAGS}


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """JupyterLab on a copy of the lessons: autosave and checkpoints do not touch the originals."""
    copy = tmp_path_factory.mktemp("lessons") / "notebooks"
    shutil.copytree(NOTEBOOKS, copy, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    with Lab(copy) as lab:
        yield lab
