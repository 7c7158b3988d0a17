"""Make utils/digits.npz from the copy of the UCI digits that scikit-learn ships.

    python bench/make_digits.py

Needs scikit-learn, and reads its file digits.csv.gz: 1797 lines of 64 pixels and a label. The
lines come in the order in which people wrote them, 0 to 9 and again; here they are shuffled once,
so that a split is a slice.
"""

import gzip
from importlib.resources import files
from pathlib import Path

import numpy as np

TARGET = Path(__file__).parents[1] / "utils" / "digits.npz"
SEED = 0


def main() -> None:
    packed = (files("sklearn.datasets.data") / "digits.csv.gz").read_bytes()
    lines = gzip.decompress(packed).decode().splitlines()
    table = np.loadtxt(lines, delimiter=",").astype(np.uint8)
    table = table[np.random.default_rng(SEED).permutation(len(table))]
    np.savez_compressed(TARGET, images=table[:, :64], labels=table[:, 64])
    print(f"{TARGET}: {len(table)} images, {TARGET.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
