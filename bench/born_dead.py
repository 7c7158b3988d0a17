"""A thousand networks drawn and evaluated at once, against a Python loop over networks.

    python bench/born_dead.py

Networks of 10 layers and width 2, on one input. The loop is what one writes first; `draw_dead` is
what the lesson uses (it evaluates a second input besides, for the whole line). Both run in turn, in
one process; the medians are compared. Ours should take less than a tenth of the loop.
"""

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))
from utils.lessons.born_dead.experiments import born_dead_chance, draw_dead  # noqa: E402

NETWORKS, DEPTH, WIDTH, ROUNDS = 1000, 10, 2, 31


def loop(seed: int) -> float:
    rng = np.random.default_rng(seed)
    dead = 0
    for _ in range(NETWORKS):
        values = np.array([1.0])
        for _ in range(DEPTH - 1):
            scale = np.sqrt(2 / len(values))
            weights = rng.standard_normal((WIDTH, len(values))) * scale
            values = np.maximum(weights @ values, 0)
        dead += not values.any()
    return dead / NETWORKS


def vectorised(seed: int) -> float:
    return float(draw_dead(NETWORKS, DEPTH, WIDTH, seed)[0].mean())


def measure(contenders: dict[str, Callable[[int], float]]) -> dict[str, tuple[float, float]]:
    """For each contender the median of its milliseconds, and the mean of the shares it found."""
    times = {name: [] for name in contenders}
    shares = {name: [] for name in contenders}
    for seed in range(ROUNDS):
        for name, run in contenders.items():
            start = time.perf_counter()
            shares[name].append(run(seed))
            times[name].append(1000 * (time.perf_counter() - start))
    return {name: (statistics.median(times[name]), np.mean(shares[name])) for name in contenders}


def main() -> None:
    found = measure({"loop over networks": loop, "all at once": vectorised})
    print(f"{NETWORKS} networks, depth {DEPTH}, width {WIDTH}, median of {ROUNDS} rounds in turn")
    print(f"by the formula, {born_dead_chance(DEPTH, WIDTH):.1%} are dead\n")
    print("| | ms | share dead |\n|---|--:|--:|")
    for name, (milliseconds, share) in found.items():
        print(f"| {name} | {milliseconds:.2f} | {share:.1%} |")
    ratio = found["all at once"][0] / found["loop over networks"][0]
    print(f"\nratio {ratio:.3f}")


if __name__ == "__main__":
    main()
