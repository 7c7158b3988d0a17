"""Store the |x| race of a thousand networks of each kind: the marks that its view draws.

    python bench/store_race.py

Takes about a minute, and writes `utils/lessons/born_dead/race_1000.npz`.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
from utils.lessons.born_dead.race import store_race  # noqa: E402

if __name__ == "__main__":
    store_race()
