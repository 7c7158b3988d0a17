"""What the bench of the slow line says: tables, ratios before milliseconds."""

import math
import statistics
from collections.abc import Iterator
from typing import Any

from report import HERE, NAMES, percentile, pooled, tails

HEAD = """# The slow line

Made by `python bench/slow_line.py`: what a reader waits for whose JupyterLab is far away, as on a
hub. Between browser and server every byte passes a line with a delay each way and a rate each way,
shared by all connections; pages are opened before the line becomes slow. "The floor" is a number
that goes to the kernel and back over the same line, in turns with the rest. The line loses nothing
and does not begin slowly, as TCP may on a real one.

"""
TITLES = {
    "houses": "## After, in ratio to before",
    "hands": "## A slider's move, and the end of a fast drag (20 moves in a second)",
    "play": """## Playing at 20 steps a second

Counted for two seconds, after one. Pause is clicked after three seconds of playing, a slider moved
in another run after one. The last picture is the last one that came after the click, at the size of
a moving one; the sharp one that follows at rest is not counted.""",
    "opening": """## Opening lesson 04

Bytes as the line counts them; pictures and page.css are part of the kernel's messages or, where
it is opened, of the notebook. Run All is counted until the first view stands. The seconds in which
a rate lets the bytes through are a bound, without round trips and the kernel's own work.""",
}
NO_IPYMPL = "ipympl was not installed, and is left out."


def spoken_line(line: dict[str, Any]) -> str:
    """A line in words: "50 ms, 4 Mbit/s"."""
    rate = f"{line['rate']:g} Mbit/s" if line["rate"] < math.inf else "no limit"
    return f"{line['delay']:g} ms, {rate}"


def spoken_name(whose: str) -> str:
    """A contender in words: "after prelu-ours" is "our view, after"."""
    house, _, name = whose.rpartition(" ")
    return NAMES[name.rpartition("-")[2]] + (f", {house}" if house else "")


def floor_of(whose: str) -> str:
    """The echo of the same house."""
    return f"{whose.rpartition(' ')[0]} echo".strip()


def middle_of(values: list[float]) -> float:
    """The median; NaN of nothing."""
    return statistics.median(values or [math.nan])


def moves_of(line: dict[str, Any], whose: str) -> float:
    """The middle of a contender's moves, ms."""
    return middle_of(pooled(line["move"][whose]))


def end_of(line: dict[str, Any], whose: str) -> float:
    """The middle of the ends of its drags, ms."""
    return middle_of(tails([turn for turn in line["drag"][whose] if turn[0]]))


def lost(lines: list[dict[str, Any]]) -> Iterator[str]:
    """Sentences about pictures that have not come."""
    for line in lines:
        for whose, turns in line["move"].items():
            if count := sum(not turn for turn in turns):
                words = f"{spoken_line(line)}, {spoken_name(whose)}"
                yield f"{words}: in {count} of {len(turns)} turns a picture has not come."


def hands_table(lines: list[dict[str, Any]]) -> Iterator[str]:
    """A row a line and contender: one move, and the end of a fast drag."""
    yield (
        "| each way | | a move: to the floor | p50 ms | p95 ms "
        "| a drag's end: to the floor | p50 ms | pictures |"
    )
    yield "|---|---" + "|--:" * 6 + "|"
    for line in lines:
        for whose, turns in line["move"].items():
            times = pooled(turns) or [math.nan] * 2
            middle, end, floor = moves_of(line, whose), end_of(line, whose), floor_of(whose)
            shown = statistics.median(len(moments) for moments, _ in line["drag"][whose])
            yield (
                f"| {spoken_line(line)} | {spoken_name(whose)} "
                f"| {middle / moves_of(line, floor):.2f} "
                f"| {middle:.0f} | {percentile(times, 95):.0f} "
                f"| {end / end_of(line, floor):.2f} | {end:.0f} | {shown:.0f} |"
            )


def played(turn: dict[str, Any]) -> dict[str, float]:
    """One run that was played: pictures a second, bytes each, and what came after Pause."""
    moments, click = turn["moments"], turn["click"]
    window = [moment for moment in moments if turn["begin"] < moment <= turn["end"]]
    late = [moment for moment in moments if moment > click]
    return {
        "rate": len(window) * 1000 / (turn["end"] - turn["begin"]),
        "bytes": turn["bytes"] / max(len(window), 1),
        "still": max([*late, turn["paused"]]) - click,
        "paused": turn["paused"] - click,
        "late": len(late),
        "later": sum(moment > turn["paused"] for moment in moments),
    }


def play_of(line: dict[str, Any], house: str) -> dict[str, float]:
    """The middle of all that `played` says, and of when a slider is heard."""
    turns = [played(turn) for turn in line["play"][house]]
    middle = {name: statistics.median(turn[name] for turn in turns) for name in turns[0]}
    return middle | {"heard": statistics.median(line["hear"][house])}


def play_table(lines: list[dict[str, Any]], houses: list[str]) -> Iterator[str]:
    """A row a line and house: pictures, bytes, Pause, a slider."""
    yield (
        "| each way | | pictures a second / 20 | kB a picture | Pause: still, to the floor | ms "
        "| says Paused, ms | pictures after the click | after Paused "
        "| a slider: to the floor | ms |"
    )
    yield "|---|---" + "|--:" * 9 + "|"
    for line in lines:
        for house in houses:
            found, floor = play_of(line, house), moves_of(line, f"{house} echo".strip())
            yield (
                f"| {spoken_line(line)} | {f'our view, {house}'.strip(', ')} "
                f"| {found['rate'] / 20:.2f} | {found['bytes'] / 1000:.1f} "
                f"| {found['still'] / floor:.1f} | {found['still']:.0f} | {found['paused']:.0f} "
                f"| {found['late']:.0f} | {found['later']:.0f} "
                f"| {found['heard'] / floor:.1f} | {found['heard']:.0f} |"
            )


def houses_table(lines: list[dict[str, Any]]) -> Iterator[str]:
    """A row a line: each measure after, divided by the same before."""
    yield (
        "| each way | a move | a drag's end | pictures a second | bytes a picture "
        "| Pause: still | a slider while it plays | an empty round trip |"
    )
    yield "|---" + "|--:" * 7 + "|"
    for line in lines:
        before, after = play_of(line, "before"), play_of(line, "after")
        ratios = [
            find(line, f"after {name}") / find(line, f"before {name}")
            for find, name in ((moves_of, "prelu-ours"), (end_of, "prelu-ours"))
        ]
        ratios += [after[name] / before[name] for name in ("rate", "bytes", "still", "heard")]
        ratios.append(moves_of(line, "after echo") / moves_of(line, "before echo"))
        yield f"| {spoken_line(line)} | {' | '.join(f'{ratio:.2f}' for ratio in ratios)} |"


def opening_table(opening: dict[str, dict[str, dict[str, float]]]) -> Iterator[str]:
    """A row a step: what it takes, and how much of it is ours."""
    yield (
        "| | requests | kB down | messages of the kernel | pictures | page.css, page.js | kB up "
        "| s at least, at 4 Mbit/s | at 1 Mbit/s | s here, without a limit |"
    )
    yield "|---" + "|--:" * 9 + "|"
    for house, steps in opening.items():
        for step, cost in steps.items():
            names = ("down", "messages", "pictures", "page", "up")
            sizes = [f"{cost[name] / 1000:.0f}" for name in names]
            bounds = [f"{cost['down'] * 8 / rate:.1f}" for rate in (4e6, 1e6)]
            yield (
                f"| {f'{step}, {house}'.strip(', ')} | {cost['requests']} | {' | '.join(sizes)} "
                f"| {' | '.join(bounds)} | {cost['seconds']:.1f} |"
            )


def write_report(results: dict[str, Any], keep: bool) -> None:
    """Print the tables; `keep` them too, beside the bench."""
    lines, houses = results["lines"], results["houses"]
    tables = {"houses": houses_table(lines)} if "before" in houses else {}
    tables |= {"hands": hands_table(lines), "play": play_table(lines, houses)}
    tables["opening"] = opening_table(results["opening"])
    parts = ["\n".join([TITLES[name], "", *rows]) for name, rows in tables.items()]
    if not any("ipympl" in name for name in lines[0]["move"]):
        parts.append(NO_IPYMPL)
    parts += lost(lines)
    loads = ", ".join(f"{line['load']:.1f}" for line in lines)
    parts.append(f"{results['machine']} Load where each line begins: {loads}.")
    report = "\n\n".join(parts)
    print(report)
    if keep:
        (HERE / "slow_line.md").write_text(f"{HEAD}{report}\n", encoding="utf-8")
