"""What the bench says: tables, and a picture."""

import os
import platform
import statistics
from collections.abc import Iterator
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from utils.style import COLOURS

HERE = Path(__file__).parent
NAMES = {
    "ours": "our view",
    "usual": "`@interact` and `plt.show()`, the same plot",
    "plain": "`@interact` and `plt.show()`, pyplot's layout",
    "ipympl": "ipympl, the same plot",
    "echo": "a number there and back",
}
VIEWS = {"prelu": "PReLUExplorer", "alpha": "AlphaExplorer"}
HEAD = """# Slider to pixels

Made by `python bench/slider_to_pixels.py`: what a reader waits for, from the hand to the changed
picture on the screen. Our views against the same plots drawn as a notebook usually does, all taking
turns in one JupyterLab in a real browser. "The floor" is a number that goes to the kernel and back
and draws nothing.

![Milliseconds from a slider's move to the picture, a contender a bar](slider_to_pixels.png)

"""


def percentile(values: list[float], percent: int) -> float:
    """The value below which `percent` % of the values lie."""
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def pooled(turns: list[list[float]]) -> list[float]:
    """The values of all rounds."""
    return [value for turn in turns for value in turn]


def spoken(name: str) -> str:
    """A contender's name in words: "prelu-ours" is "PReLUExplorer: our view"."""
    plot, _, kind = name.rpartition("-")
    return f"{VIEWS[plot]}: {NAMES[kind]}" if plot else NAMES[kind]


def usual_of(name: str) -> str:
    """The usual way to draw the same plot; for the echo, that of the first view."""
    return f"{name.split('-')[0]}-usual" if "-" in name else "prelu-usual"


def tails(turns: list[tuple[list[float], float]]) -> list[float]:
    """Milliseconds from the last move of each drag to the last picture."""
    return [max(moments) - last_move for moments, last_move in turns]


def rate(moments: list[float]) -> float:
    """Pictures a second."""
    return (len(moments) - 1) * 1000 / (max(moments) - min(moments))


def hands_table(results: dict[str, Any]) -> Iterator[str]:
    """A row a contender: one move, and the end of a fast drag."""
    moves = {name: pooled(turns) for name, turns in results["move"].items()}
    ends = {name: tails(turns) for name, turns in results["drag"].items()}
    yield (
        "| | a move: p50 ms | p95 ms | to `plt.show()` | to the floor "
        "| a fast drag: pictures | end after, p50 ms | slowest | to `plt.show()` |"
    )
    yield "|---" + "|--:" * 8 + "|"
    middle = {name: statistics.median(values) for name, values in moves.items()}
    end = {name: statistics.median(values) for name, values in ends.items()}
    for name in moves:
        base = usual_of(name)
        shown = statistics.median(len(moments) for moments, _ in results["drag"][name])
        yield (
            f"| {spoken(name)} | {middle[name]:.0f} | {percentile(moves[name], 95):.0f} "
            f"| {middle[name] / middle[base]:.2f} | {middle[name] / middle['echo']:.2f} "
            f"| {shown:.0f} | {end[name]:.0f} | {max(ends[name]):.0f} "
            f"| {end[name] / end[base]:.2f} |"
        )


def live_table(results: dict[str, Any]) -> Iterator[str]:
    """A row a contender: pictures a second; then how soon a hand is heard."""
    live = dict(results["live"])
    slider, pause = zip(*live.pop("hearing"), strict=True)
    base = statistics.median(map(rate, live["usual"]))
    yield f"| {results['steps']} training steps | pictures a second | slowest to fastest | times |"
    yield "|---" + "|--:" * 3 + "|"
    for name, turns in live.items():
        rates = [rate(turn) for turn in turns]
        speed = name.partition(" ")[2]
        words = f"our view at {speed} steps/s" if speed else "a loop with `plt.show()`"
        middle = statistics.median(rates)
        yield (
            f"| {words} | {middle:.1f} | {min(rates):.1f} to {max(rates):.1f} "
            f"| {middle / base:.1f} |"
        )
    yield ""
    yield (
        f"While it plays, a slider's move is shown after {statistics.median(slider):.0f} ms "
        f"(at most {max(slider):.0f}) and Pause after {statistics.median(pause):.0f} ms "
        f"(at most {max(pause):.0f})."
    )


def costs_list(costs: dict[str, Any]) -> Iterator[str]:
    """What a lesson costs, in sentences and a table."""
    memory, ratios = costs["memory"], {}
    for name in ("imports", "imports without figures"):
        three, ours = (statistics.median(part) for part in zip(*costs[name], strict=True))
        ratios[name] = (three, ours, ours / three)
    three, ours, ratio = ratios["imports"]
    figures = ratios["imports without figures"][1]
    yield (
        f"- Memory that only the kernel holds: {memory['first']:.1f} MB after 50 moves, "
        f"{memory['last']:.1f} MB after {memory['moves']}."
    )
    yield (
        f"- `import numpy, matplotlib.pyplot, ipywidgets` takes {three:.2f} s; all of `utils` "
        f"after them {ours:.2f} s more, {ratio:.2f} times as long. (A bare `import matplotlib` "
        f"leaves matplotlib's figures to be loaded by `utils`: {figures:.2f} s.)"
    )
    yield f"- The nbval run of all lessons takes {costs['nbval']:.0f} s."
    yield ""
    yield "| lesson | opening to the end of Run All, p50 s | slowest | kB | kB without outputs |"
    yield "|---" + "|--:" * 4 + "|"
    for name, (size, bare) in costs["sizes"].items():
        times = [turn[name] for turn in costs["opening"]]
        yield (
            f"| {name.removesuffix('.ipynb')} | {statistics.median(times):.1f} "
            f"| {max(times):.1f} | {size:.0f} | {bare:.0f} |"
        )


def machine(browser: str) -> str:
    """What it was measured on, in one sentence."""
    packages = ("jupyterlab", "ipywidgets", "ipykernel", "ipympl", "matplotlib", "numpy")
    versions = ", ".join(f"{name} {version(name)}" for name in packages if find_spec(name))
    processor = platform.processor() or platform.machine()
    return (
        f"{platform.system()}, {processor}, {os.cpu_count()} cores; Python "
        f"{platform.python_version()}, {versions}; Chromium {browser}."
    )


def draw_picture(results: dict[str, Any], path: Path) -> None:
    """Bars: one move and the end of a drag, a contender a bar."""
    figure = Figure(figsize=(9.2, 4.2), layout="constrained")
    names = list(results["move"])[::-1]
    colours = {"ours": "prelu", "usual": "true", "plain": "leaky", "ipympl": "relu"}
    panels = {
        "one move: ms to the picture": [
            statistics.median(pooled(results["move"][name])) for name in names
        ],
        "after a fast drag: ms to the last": [
            statistics.median(tails(results["drag"][name])) for name in names
        ],
    }
    axes = figure.subplots(1, 2, sharey=True)
    words = [spoken(name).replace("`", "").replace(": ", ":\n") for name in names]
    fills = [COLOURS[colours.get(name.split("-")[-1], "data")] for name in names]
    for ax, (title, values) in zip(axes, panels.items(), strict=True):
        bars = ax.barh(words, values, color=fills)
        ax.bar_label(bars, fmt="%.0f", padding=3)
        ax.set_title(title, fontsize=12)
        ax.margins(x=0.15)
        ax.grid(axis="y", visible=False)
        ax.tick_params(axis="y", labelsize=9)
    figure.savefig(path)


def write_report(results: dict[str, Any], keep: bool) -> None:
    """Print the tables; `keep` them too, with the picture, beside the bench."""
    hands, live = "\n".join(hands_table(results)), "\n".join(live_table(results))
    costs, where = "\n".join(costs_list(results["costs"])), results["machine"]
    report = "\n\n".join([hands, live, costs, where])
    print(report)
    if keep:
        (HERE / "slider_to_pixels.md").write_text(f"{HEAD}{report}\n", encoding="utf-8")
        draw_picture(results, HERE / "slider_to_pixels.png")
