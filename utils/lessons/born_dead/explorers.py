"""Views of lesson 02: the chance of being born dead, and the |x| race."""

from collections.abc import Iterable, Iterator

import numpy as np

from utils.before import Explorer, choice, new_figure, number, seed_number, whole
from utils.canvas import Canvas
from utils.lessons.born_dead.experiments import Count, born_dead_chance, count_dead, wilson_band
from utils.lessons.born_dead.plots import (
    RACERS,
    draw_born_dead,
    draw_race,
    spread_out,
)
from utils.lessons.born_dead.race import (
    EPOCHS,
    GRID,
    KINDS,
    LEARNING_RATE,
    REACH,
    STEPS_AN_EPOCH,
    Standing,
    judge,
    line_up,
    stored_race,
    train,
)
from utils.player import Player

WIDTHS, DEPTHS = 10, 20
NETWORKS = 10_000  # a count ends here
COUNTED = ("one", "line")  # what `Count.dead` holds: on one input, on the whole line
PACE = 2  # training steps for each of the player's: 100 networks of each kind take ten seconds
SPOKEN = {"relu": "ReLU", "leaky": "leaky", "prelu": "PReLU", "rai": "RAI"}


class BornDeadExplorer(Explorer):
    """The chance of being born dead: the formula, and networks that are drawn and counted."""

    def __init__(self, depth: int = 10, width: int = 2, batch: int = 50, seed: int = 0) -> None:
        self.seed = seed_number(seed)
        controls = {
            "depth": whole("depth L", depth, 2, DEPTHS),
            "width": whole("width N", width, 1, WIDTHS),
            "batch": whole("nets a step", batch, 10, 200),
        }
        figure, self.axes = new_figure(9.2, 3.8, mosaic=[["width", "depth", "draws"]])
        self.artists = draw_born_dead(self.axes, WIDTHS, DEPTHS, NETWORKS)
        canvas = Canvas(figure, self.artists.values())
        player = Player(self._run, lambda _: self.refresh(), speed=20)
        super().__init__(controls, canvas, player, restarting={"depth", "width"})
        player.reset()

    def update(self, changed: str | None = None) -> str:
        """Draw the formula, and the count so far with its bands."""
        depth, width = self._shape
        widths, depths = np.arange(1, WIDTHS + 1), np.arange(2, DEPTHS + 1)
        chance = float(born_dead_chance(depth, width))
        self.artists["width_formula"].set_data(widths, born_dead_chance(depth, widths))
        self.artists["depth_formula"].set_data(depths, born_dead_chance(depths, width))
        self.artists["draws_formula"].set_data([1, NETWORKS], [chance, chance])
        self.axes["draws"].set_ylim(_limits(chance))
        for row, name in enumerate(COUNTED):
            self._draw_count(name, [(count.drawn, count.dead[row]) for count in self._counts[1:]])
        return self._words(chance)

    def _run(self) -> Iterator[Count]:
        self._counts: list[Count] = []
        self._shape = depth, width = self.controls["depth"].value, self.controls["width"].value
        batch = self.controls["batch"]
        for count in count_dead(depth, width, lambda: batch.value, NETWORKS, self.seed):
            self._counts.append(count)
            yield count

    def _draw_count(self, name: str, found: list[tuple[int, int]]) -> None:
        """What was `found` so far, (drawn, dead) a step, on all three panels."""
        drawn, dead = np.array(found, dtype=float).reshape(-1, 2).T
        low, high = wilson_band(dead, drawn)
        edge = np.column_stack([np.append(drawn, drawn[::-1]), np.append(low, high[::-1])])
        self.artists[f"draws_{name}"].set_data(drawn, dead / drawn)
        self.artists[f"draws_{name}_band"].set_xy(edge if len(edge) else np.full((1, 2), np.nan))
        for panel, place in zip(("depth", "width"), self._shape, strict=True):
            self.artists[f"{panel}_{name}"].set_data([place] * len(drawn[-1:]), (dead / drawn)[-1:])
            ends = np.append(low[-1:], high[-1:])
            self.artists[f"{panel}_{name}_band"].set_data([place] * len(ends), ends)

    def _words(self, chance: float) -> str:
        depth, width = self._shape
        now = self._counts[-1]
        words = f"Depth {depth}, width {width}: by the formula {chance:.2%} are dead on one input."
        if now.drawn == 0:
            return f"{words} Press Play to draw networks and count."
        low, high = wilson_band(now.dead[0], now.drawn)
        one, line = now.dead / now.drawn
        return (
            f"{words} Of {now.drawn:,} drawn, {one:.2%} are (95% band {low:.2%} to {high:.2%}), "
            f"and {line:.2%} are dead on the whole line."
        )


class RaceExplorer(Explorer):
    """Networks of four kinds learn |x| side by side, over the stored run of a thousand each."""

    def __init__(
        self, networks: int = 50, learning_rate: float = LEARNING_RATE, seed: int = 0
    ) -> None:
        self.seed = seed_number(seed)
        controls = {
            "networks": choice("networks each", networks, [100, 50, 20, 5]),
            "learning_rate": number("learning rate", learning_rate, 0.001, 0.1, 0.001),
        }
        panels = [list(KINDS), ["flat", "flat", "close", "close"]]
        figure, self.axes = new_figure(9.2, 4.3, mosaic=panels, height_ratios=[5, 6])
        self.artists = draw_race(self.axes, REACH, EPOCHS)
        self._stored = _shares(stored_race())
        for panel, shares in self._stored.items():
            for racer, share in zip(RACERS, shares.T, strict=True):
                self.artists[f"{racer}_{panel}_stored"].set_data(range(EPOCHS + 1), share)
        canvas = Canvas(figure, self.artists.values())
        player = Player(self._run, lambda _: self.refresh(), speed=100)
        super().__init__(controls, canvas, player, restarting={"networks"})
        player.reset()

    def update(self, changed: str | None = None) -> str:
        """Draw every output, and the shares so far."""
        outputs, standing = judge(self._field)
        for racer, curves, flat in zip(RACERS, outputs, standing.flat, strict=True):
            self.artists[f"{racer}_curves"].set_data(*spread_out(GRID, curves[~flat]))
            self.artists[f"{racer}_lines"].set_data(*spread_out(GRID, curves[flat]))
        now = _shares(standing)
        epochs = np.append(range(len(self._path)), self._step / STEPS_AN_EPOCH)
        for panel, shares in now.items():
            path = np.vstack([*(past[panel] for past in self._path), shares])
            for racer, share in zip(RACERS, path.T, strict=True):
                self.artists[f"{racer}_{panel}"].set_data(epochs, share)
        return self._words(standing.flat.sum(axis=1))

    def _run(self) -> Iterator[int]:
        """Train, and keep the shares at the end of each epoch."""
        self._field = line_up(self.controls["networks"].value, self.seed)
        self._path: list[dict[str, np.ndarray]] = []
        rate = self.controls["learning_rate"]
        for step in train(self._field, lambda: rate.value, self.seed):
            self._step = step
            if step % STEPS_AN_EPOCH == 0:
                self._path.append(_shares(judge(self._field)[1]))
            if step % PACE == 0:
                yield step

    def _words(self, flat: np.ndarray) -> str:
        epoch, rate = self._step // STEPS_AN_EPOCH, self.controls["learning_rate"].value
        stored = [f"{share:.1%}" for share in self._stored["flat"][epoch]]
        each = len(self._field.parameters) // len(KINDS)
        return (
            f"Epoch {epoch} of {EPOCHS}, learning rate {rate:g}. Flat of {each} each: "
            f"{_listed(flat)}. In the stored run of 1000 each, learning rate {LEARNING_RATE:g}, at "
            f"this epoch: {_listed(stored)}."
        )


def _listed(values: Iterable[object]) -> str:
    """One value a racer, in words."""
    return ", ".join(f"{SPOKEN[kind]} {value}" for kind, value in zip(KINDS, values, strict=True))


def _shares(standing: Standing) -> dict[str, np.ndarray]:
    """The share of the networks of each kind that are flat, and close: shape (..., kinds)."""
    return {"flat": standing.flat.mean(axis=-1), "close": standing.close.mean(axis=-1)}


def _limits(chance: float) -> tuple[float, float]:
    """The ends of an axis around `chance`: one of a few, so that they change seldom."""
    if chance > 0.85:
        return 0.6, 1.02
    return 0, next(top for top in (0.02, 0.05, 0.2, 0.5, 1.02) if top >= min(1.5 * chance, 1))
