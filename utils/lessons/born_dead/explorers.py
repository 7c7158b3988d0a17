"""The views about networks born dead: the chance of it, and the |x| race."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from utils.explorer import Explorer
from utils.hand import Hand
from utils.lessons.born_dead import race
from utils.lessons.born_dead.experiments import born_dead_chance, count_dead, wilson_band
from utils.lessons.born_dead.plots import PANELS, RACERS, draw_born_dead, draw_race, spread_out
from utils.settings import Choice, Fixed, Number, Values, Whole, seed
from utils.style import Artists, Panels, set_limits

WIDTHS, DEPTHS = 10, 20
NETWORKS = 10_000  # a count ends here
PACE = 2  # training steps for each of the player's: 100 networks of each kind take ten seconds
SPOKEN = {"relu": "ReLU", "leaky": "leaky", "prelu": "PReLU", "rai": "RAI"}


class Counts(NamedTuple):
    """The counts so far: `drawn` (steps,); `dead` on one input, on the whole line (2, steps)."""

    drawn: np.ndarray
    dead: np.ndarray


class BornDeadExplorer(Explorer):
    """The chance of being born dead: the formula, and networks that are drawn and counted."""

    settings = {
        "depth": Whole("depth L", 10, 2, DEPTHS, restarts=True),
        "width": Whole("width N", 2, 1, WIDTHS, restarts=True),
        "batch": Whole("nets a step", 50, 10, 200),
        "seed": Fixed(0, seed),
    }
    scenes = {
        "nearly all dead": {"depth": 10, "width": 2},
        "hardly any dead": {"depth": 10, "width": 10},
        "more layers, more dead": {"depth": 20, "width": 3},
        "still above 5%": {"depth": 10, "width": 7},
        "first below 5%": {"depth": 10, "width": 8},
    }
    hands = {
        "width_now": Hand("width", "x", "the width N"),
        "depth_now": Hand("depth", "x", "the depth L"),
    }
    inches, speed = 3.8, 20
    panels = {"mosaic": [["width", "depth", "draws"]]}

    def pointed(self, now: Any, hand: str, x: float, y: float, which: int = 0) -> Values:
        return {hand.removesuffix("_now"): x}

    def draw(self, axes: Panels) -> Artists:
        return draw_born_dead(axes, WIDTHS, DEPTHS, NETWORKS)

    def run(self, settings: Callable[[], Any]) -> Iterator[Counts]:
        now, found = settings(), np.empty((3, NETWORKS))
        counting = count_dead(now.depth, now.width, lambda: settings().batch, NETWORKS, now.seed)
        for steps, count in enumerate(counting):
            if steps:
                found[:, steps - 1] = count.drawn, *count.dead
            yield Counts(found[0, :steps], found[1:, :steps])

    def update(self, now: Any, state: Counts) -> str:
        widths, depths = np.arange(1, WIDTHS + 1), np.arange(2, DEPTHS + 1)
        chance = float(born_dead_chance(now.depth, now.width))
        self.artists["width_formula"].set_data(widths, born_dead_chance(now.depth, widths))
        self.artists["depth_formula"].set_data(depths, born_dead_chance(depths, now.width))
        self.artists["draws_formula"].set_data([1, NETWORKS], [chance, chance])
        set_limits(self.axes["draws"], y=_limits(chance))
        places = {"width": now.width, "depth": now.depth}
        for name, place in places.items():
            self.artists[f"{name}_now"].set_data([place], [chance])
        for name, dead in zip(("one", "line"), state.dead, strict=True):
            self._draw_count(name, places, state.drawn, dead)
        words = f"Depth {now.depth}, width {now.width}: "
        return f"{words}by the formula {chance:.2%} are dead on one input. {_counted(state)}"

    def _draw_count(
        self, name: str, places: Mapping[str, int], drawn: np.ndarray, dead: np.ndarray
    ) -> None:
        """How many were `dead` of those `drawn`, on all three panels."""
        low, high = wilson_band(dead, drawn)
        edge = np.column_stack([np.append(drawn, drawn[::-1]), np.append(low, high[::-1])])
        self.artists[f"draws_{name}"].set_data(drawn, dead / drawn)
        self.artists[f"draws_{name}_band"].set_xy(edge if len(edge) else np.full((1, 2), np.nan))
        for panel, place in places.items():
            self.artists[f"{panel}_{name}"].set_data([place] * len(drawn[-1:]), (dead / drawn)[-1:])
            ends = np.append(low[-1:], high[-1:])
            self.artists[f"{panel}_{name}_band"].set_data([place] * len(ends), ends)


def _counted(state: Counts) -> str:
    if not len(state.drawn):
        return "Press Play to draw networks and count."
    drawn, dead = int(state.drawn[-1]), state.dead[:, -1]
    low, high = wilson_band(dead[0], drawn)
    one, line = dead / drawn
    return (
        f"Of {drawn:,} drawn, {one:.2%} are (95% band {low:.2%} to {high:.2%}), and {line:.2%} are "
        "dead on the whole line."
    )


class Field(NamedTuple):
    """The field of a race at a `step`.

    Its `parameters` are a copy; `past` holds the shares at the epochs so far, as of `_shares`.
    """

    step: int
    parameters: np.ndarray
    past: np.ndarray


class RaceExplorer(Explorer):
    """Networks of four kinds learn |x| side by side, over the stored run of a thousand each."""

    settings = {
        "learning_rate": Number("learning rate", race.LEARNING_RATE, 0.001, 0.1, 0.001),
        "networks": Choice("networks each", 50, [100, 50, 20, 5], restarts=True),
        "seed": Fixed(0, seed),
    }
    scenes = {
        "as stored": {"learning_rate": race.LEARNING_RATE},
        "more come close": {"learning_rate": 10 * race.LEARNING_RATE},
        "nearer the marks": {"networks": 100},
    }
    inches, speed = 4.3, 100
    panels = {
        "mosaic": [[*race.KINDS], ["flat", "flat", "close", "close"]],
        "height_ratios": [5, 6],
    }

    def draw(self, axes: Panels) -> Artists:
        artists = draw_race(axes, race.SPAN, race.EPOCHS)
        for panel, shares in zip(PANELS, _stored_shares(), strict=True):
            for racer, share in zip(RACERS, shares.T, strict=True):
                artists[f"{racer}_{panel}_stored"].set_data(range(race.EPOCHS + 1), share)
        return artists

    def run(self, settings: Callable[[], Any]) -> Iterator[Field]:
        now = settings()
        field = race.line_up(now.networks, now.seed)
        past = np.empty((len(PANELS), race.EPOCHS + 1, len(race.KINDS)))
        for step in race.train(field, lambda: settings().learning_rate, now.seed):
            epoch = step // race.STEPS_AN_EPOCH
            if step % race.STEPS_AN_EPOCH == 0:
                past[:, epoch] = _shares(race.judge(field)[1])
            if step % PACE == 0:
                yield Field(step, field.parameters.copy(), past[:, : epoch + 1])

    def update(self, now: Any, state: Field) -> str:
        outputs, standing = race.judge(race.Networks(state.parameters))
        for racer, curves, flat in zip(RACERS, outputs, standing.flat, strict=True):
            self.artists[f"{racer}_curves"].set_data(*spread_out(race.GRID, curves[~flat]))
            self.artists[f"{racer}_lines"].set_data(*spread_out(race.GRID, curves[flat]))
        epochs = np.append(range(state.past.shape[1]), state.step / race.STEPS_AN_EPOCH)
        paths = np.concatenate([state.past, _shares(standing)[:, np.newaxis]], axis=1)
        for panel, shares in zip(PANELS, paths, strict=True):
            for racer, share in zip(RACERS, shares.T, strict=True):
                self.artists[f"{racer}_{panel}"].set_data(epochs, share)
        return _race_words(now, state.step // race.STEPS_AN_EPOCH, standing)


def _race_words(now: Any, epoch: int, standing: race.Standing) -> str:
    stored = [f"{share:.1%}" for share in _stored_shares()[0, epoch]]
    flat = _listed(standing.flat.sum(axis=1))
    return (
        f"Epoch {epoch} of {race.EPOCHS}, learning rate {now.learning_rate:g}. Flat of "
        f"{now.networks} each: {flat}. In the stored run of 1000 each, learning rate "
        f"{race.LEARNING_RATE:g}, at this epoch: {_listed(stored)}."
    )


def _listed(values: Iterable[object]) -> str:
    """One value a racer, in words."""
    return ", ".join(
        f"{SPOKEN[kind]} {value}" for kind, value in zip(race.KINDS, values, strict=True)
    )


def _shares(standing: race.Standing) -> np.ndarray:
    """The share of the networks of each kind that are flat, and close: (2, ..., kinds)."""
    return np.array([standing.flat.mean(axis=-1), standing.close.mean(axis=-1)])


@lru_cache(maxsize=1)
def _stored_shares() -> np.ndarray:
    """Those of the stored run, epoch by epoch."""
    return _shares(race.stored_race())


def _limits(chance: float) -> tuple[float, float]:
    """The ends of an axis around `chance`: one of a few, so that they change seldom."""
    if chance > 0.85:
        return 0.6, 1.02
    return 0, next(top for top in (0.02, 0.05, 0.2, 0.5, 1.02) if top >= min(1.5 * chance, 1))
