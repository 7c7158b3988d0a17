"""A notebook as a page: its words, its stored outputs, its views recorded, its questions to answer.

What stands in a cell is asked of the cell itself: the line that makes a view is run, after the
imports of its lesson. So a new view, question or exercise needs nothing here.
"""

import ast
import re
from base64 import b64decode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import nbformat
from nbconvert.exporters import HTMLExporter

from pages.prose import Renderer, as_html, linked
from pages.recording import (
    FINE,
    FRAMES,
    PLAYED,
    as_script,
    as_webp,
    first_setting,
    places,
    record_run,
    record_scenes,
    record_slider,
)
from utils.explorer import Explorer
from utils.guide import Predict
from utils.questions import QUESTIONS
from utils.scenes import named
from utils.settings import Fixed, in_words
from utils.style import finer

ROOT = Path(__file__).parents[1]
WIDGET = "application/vnd.jupyter.widget-view+json"
CHECK = re.compile(r"\bcheck_(\w+)\(")
HOW_TO_RUN = re.compile(r"^.*Shift\+Enter.*$", re.MULTILINE)  # a page has no cells to be run
NOT_YET = re.compile(r"^Not attempted yet.*\n?", re.MULTILINE)


class Script(NamedTuple):
    """A recording to be made: its name, and what makes it."""

    name: str
    make: Callable[[], str]


class Lesson:
    """The page of a notebook; `write` puts it, its pictures and its recordings into a folder."""

    def __init__(self, path: Path, site: Path) -> None:
        self.name, self.site = path.stem, site
        self.notebook = nbformat.read(path, as_version=4)
        self.left_out = about_the_machine(self.notebook.cells)
        self.names: dict[str, Any] = {}  # what the imports of the lesson bring
        self.renderer = Renderer()
        self.scripts: list[Script] = []
        self.pictures, self.imports = 0, []

    def write(self, around: dict[str, Any]) -> None:
        """Make the page; `around` has what it says of its neighbours and of the ways to open it."""
        (self.site / "pictures").mkdir(parents=True, exist_ok=True)
        (self.site / "recordings").mkdir(exist_ok=True)
        for cell in self.notebook.cells:
            cell.metadata["page"] = self._part(cell)
        page = {"name": self.name, "contents": self.renderer.contents, **around}
        write_page(self.notebook, page, self.site)

    def record(self) -> Iterator[str]:
        """Make the recordings one by one; the name of each that is done."""
        for script in self.scripts:
            path = self.site / "recordings" / f"{script.name}.js"
            path.write_text(script.make(), encoding="utf-8", newline="\n")
            yield script.name

    def _part(self, cell: Any) -> dict[str, Any]:
        """What the template needs to know of a cell."""
        tree = ast.parse(cell.source) if cell.cell_type == "code" else None
        if tree and self._take_in(tree):
            return self._imports(tree)
        if any(cell is other for other in self.left_out):
            return {"kind": "nothing"}
        if not tree:
            prose = HOW_TO_RUN.sub("", cell.source)
            return {"kind": "prose", "html": as_html(prose, self.renderer)}
        return self._code(cell, tree)

    def _code(self, cell: Any, tree: ast.Module) -> dict[str, Any]:
        """A cell that does more than to import."""
        if any(WIDGET in output.get("data", {}) for output in cell.outputs):
            return self._widget(cell, tree)
        for output in cell.outputs:
            self._keep_picture(output)
        if checks := CHECK.findall(cell.source):
            return self._exercise(cell, checks[-1])
        return {"kind": "code"}

    def _imports(self, tree: ast.Module) -> dict[str, Any]:
        """What the cells at the head import, at the place of the first of them."""
        lines = [
            ast.unparse(n) for n in ast.walk(tree) if isinstance(n, ast.Import | ast.ImportFrom)
        ]
        first = not self.imports
        self.imports += lines
        return {"kind": "imports", "lines": self.imports} if first else {"kind": "nothing"}

    def _take_in(self, tree: ast.Module) -> bool:
        """Run the imports of a cell, and its functions, for views; whether it only imports."""
        for node in ast.walk(tree):
            if isinstance(node, ast.Import | ast.ImportFrom | ast.FunctionDef):
                exec(ast.unparse(node), self.names)
        return all(isinstance(node, ast.Import | ast.ImportFrom | ast.Try) for node in tree.body)

    def _keep_picture(self, output: Any) -> None:
        if "image/png" in output.get("data", {}):
            output["page"] = self._picture(b64decode(output.data["image/png"]))

    def _picture(self, picture: bytes, kind: str = "png") -> str:
        self.pictures += 1
        name = f"pictures/{self.name}-{self.pictures}.{kind}"
        (self.site / name).write_bytes(picture)
        return name

    def _widget(self, cell: Any, tree: ast.Module) -> dict[str, Any]:
        """A view or a question; of anything else, that it needs Python."""
        if cell.source.startswith("Compare("):  # with what the reader wrote, and a page has none
            return {"kind": "needs Python"}
        *before, last = tree.body

        def make() -> Any:
            exec(compile(ast.Module(before, []), self.name, "exec"), self.names)
            return eval(compile(ast.Expression(last.value), self.name, "eval"), self.names)

        made = make()
        made.close()
        if isinstance(made, Predict):
            (name,) = [ast.literal_eval(word) for word in last.value.args]
            choices = {letter: choice._asdict() for letter, choice in made.choices.items()}
            return {"kind": "question", **QUESTIONS[name]._asdict(), "choices": choices}
        if isinstance(made, Explorer):
            return self._view(cell, make, ast.unparse(last))
        return {"kind": "needs Python"}

    def _view(self, cell: Any, make: Callable[[], Explorer], line: str) -> dict[str, Any]:
        view = Recorder(make, f"{self.name}-{len(self.scripts) + 1}")
        self.scripts += view.scripts()
        (words,) = [out.data["text/plain"] for out in cell.outputs if "image/png" in out.data]
        return {
            "kind": "view",
            "line": line,
            "words": words.partition(": ")[2],
            "picture": self._picture(view.at_start(), "webp"),
            **view.described(),
        }

    def _exercise(self, cell: Any, name: str) -> dict[str, Any]:
        """Its stored output without the check's word on three dots, and its solution."""
        for output in cell.outputs:
            if output.output_type == "stream":
                output.text = NOT_YET.sub("", output.text)
        check = self.names[f"check_{name}"]
        file = Path(check.__wrapped__.__code__.co_filename).parent / "solutions" / f"{name}.py"
        return {"kind": "exercise", "check": name, "solution": file.read_text(encoding="utf-8")}


def about_the_machine(cells: list[Any]) -> list[Any]:
    """The cells of the section that asks whether a machine is ready: a page has no use for it."""
    sections: list[list[Any]] = [[]]
    for cell in cells:
        if cell.cell_type == "markdown" and cell.source.startswith("## "):
            sections.append([])
        sections[-1].append(cell)
    asks = [part for part in sections if any("ReadyCheck(" in cell.source for cell in part)]
    return [cell for part in asks for cell in part]


class Recorder:
    """What a page has of a view: how it begins, its first slider, its scenes, its recordings."""

    def __init__(self, make: Callable[[], Explorer], name: str) -> None:
        self.name = name
        with finer(FINE):
            self.view = make()
        with finer(PLAYED):
            self.played = make()
        self.setting_name, self.setting = first_setting(self.view)
        self.places = places(self.view)
        self.start = self.places.index(getattr(self.view.now, self.setting_name))

    def at_start(self) -> bytes:
        """Its first picture."""
        self.view.reset()
        return as_webp(self.view.frame().picture)

    def scripts(self) -> list[Script]:
        """Its recordings: the slider with what stands still, and each run."""
        view, played = self.view, self.played
        still = not view.player

        def slider() -> str:
            scenes = record_scenes(view) if still else []
            return as_script(self.name, [*record_slider(view), *scenes], FINE)

        def run(name: str, scene: str) -> Script:
            return Script(name, lambda: as_script(name, list(record_run(played, scene))))

        scenes = [] if still else ["", *view.scenes]
        runs = [run(f"{self.name}-{number}", scene) for number, scene in enumerate(scenes)]
        return [Script(self.name, slider), *runs]

    def described(self) -> dict[str, Any]:
        """What the template says of it."""
        view = self.view
        others = [s for s in view.settings.values() if not isinstance(s, Fixed)][1:]
        return {
            "view": type(view).__name__,
            "name": self.name,
            "label": self.setting.label,
            "at": [in_words(self.setting, value) for value in self.places],
            "start": self.start,
            "run": FRAMES if view.player else 0,
            "scenes": [self._scene(n, scene) for n, scene in enumerate(view.scenes)],
            "others": [setting.label for setting in others],
            "hands": bool(view.hands),
        }

    def _scene(self, number: int, scene: str) -> dict[str, Any]:
        value = self.view.scenes[scene].get(self.setting_name, self.places[self.start])
        at = {"place": self._nearest_place(value), "at": in_words(self.setting, value)}
        words = {"words": named(scene), **at}
        if self.view.player:
            return {**words, "recording": f"{self.name}-{number + 1}", "shot": 0}
        return {**words, "recording": self.name, "shot": len(self.places) + number}

    def _nearest_place(self, value: Any) -> int:
        if value in self.places:
            return self.places.index(value)
        return min(range(len(self.places)), key=lambda place: abs(self.places[place] - value))


def index(readme: str, site: Path, around: dict[str, Any]) -> None:
    """The first page, of what the README says at its head and of the lessons."""
    head, *sections = re.split(r"^## ", readme, flags=re.MULTILINE)
    (lessons,) = [section for section in sections if section.startswith("The lessons")]
    html = as_html(f"{head}\n## {lessons.partition('**For teachers')[0]}", Renderer())
    page = {"name": "index", "contents": [], "prose": linked(html), **around}
    write_page(nbformat.v4.new_notebook(), page, site)


def write_page(notebook: Any, page: dict[str, Any], site: Path) -> None:
    """A notebook as a page, by the template `lesson` beside this file."""
    here = [str(Path(__file__).parent)]
    exporter = HTMLExporter(template_name="lesson", extra_template_basedirs=here)
    text, _ = exporter.from_notebook_node(notebook, {"page": page})
    (site / f"{page['name']}.html").write_text(text, encoding="utf-8", newline="\n")
