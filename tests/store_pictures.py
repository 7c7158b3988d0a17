"""Make the pictures of the lessons that README and lesson 00 show: each a view in a real page.

python tests/store_pictures.py    makes notebooks/pictures/ anew
"""

import tempfile
from pathlib import Path

from lab import BROWSER_FLAGS, NOTEBOOKS, Lab, Lesson, View, find_browser
from playwright.sync_api import sync_playwright

# Of each lesson the view with these words, what to press in it, and words to be held at.
SHOWN = {
    "01_relu": ("places", "", ""),
    "02_dying_relu": ("init", "It learns", "Step 40"),
    "03_born_dead": ("networks each", "As stored", "Epoch 9"),
    "04_prelu": ("alpha (slope)", "", ""),
    "05_learning_alpha": ("true alpha", "Play", "Step 12"),
    "06_prelu_in_a_network": ("initial bias", "PReLU learns late", "Epoch 22"),
    "07_your_own_activation": ("starting bias", "One step too long", "Step 60"),
}
SCREEN = {"width": 1100, "height": 1400}  # higher than a view: all of it is in sight


def main() -> None:
    """Open each lesson, bring its view to where it says most, and take its picture."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=BROWSER_FLAGS)
        with Lab.of_the_lessons(Path(folder)) as lab:
            for lesson, (words, *doing) in SHOWN.items():
                opened = Lesson(browser.new_page(viewport=SCREEN), lab, f"{lesson}.ipynb")
                opened.run_all()
                opened.page.evaluate("window.jupyterapp.shell.collapseLeft()")
                take(opened.view(words), *doing, NOTEBOOKS / "pictures" / f"{lesson}.png")
                opened.page.close()


def take(view: View, button: str, held_at: str, path: Path) -> None:
    """The picture of a view, played from a button until it says these words."""
    view.locator.evaluate("view => view.scrollIntoView({block: 'center'})")
    if button:
        view.press(button)
        view.wait_until(lambda: held_at in view.text(), held_at)
        view.press("Pause")
    view.page.wait_for_timeout(1500)  # the last frame is a sharp one
    view.locator.screenshot(path=path)


if __name__ == "__main__":
    main()
