"""Store the |x| race of a thousand networks of each kind: the marks that its view draws.

    python bench/store_race.py

Takes about a minute, and writes `utils/lessons/born_dead/race_1000.npz`, a truth value a bit.
"""

import sys
from dataclasses import asdict
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))
from utils.lessons.born_dead.race import LEARNING_RATE, STORED, run_race  # noqa: E402


def store(networks: int = 1000, path: Path = STORED) -> None:
    bits = {name: np.packbits(v, axis=2) for name, v in asdict(run_race(networks)).items()}
    np.savez_compressed(path, networks=networks, learning_rate=LEARNING_RATE, **bits)


if __name__ == "__main__":
    store()
