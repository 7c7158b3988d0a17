"""What the library asks of the values it is given, and says in words where they do not do.

Each function returns the value in the type that the library works with, and never changes what it
was given. A value that does not do raises ValueError: its name, what is allowed, and what came.
"""

from collections.abc import Collection, Hashable, Iterable, Mapping
from operator import index
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

MOST = 10_000_000  # of anything counted: more is a slip, and would fill the memory

# Around arithmetic that may leave the numbers: infinity and NaN are answers there, no surprises.
quiet = np.errstate(all="ignore")


def real(values: ArrayLike, name: str) -> np.ndarray:
    """`values` as an array of floats, of any shape; integers and booleans become float64."""
    if type(values) is np.ndarray and values.dtype.kind == "f":
        return values  # at once: this stands on the way of every training step
    array = array_of(values, name)
    if array.dtype.kind in "biu":
        return array.astype(np.float64)
    if array.dtype.kind != "f":
        raise ValueError(f"{name} must hold real numbers, got {array.dtype} in {values!r:.60}")
    return array


def array_of(values: ArrayLike, name: str) -> np.ndarray:
    """`values` as an array of whatever type."""
    try:
        return np.asarray(values)
    except ValueError:
        raise ValueError(
            f"{name} must be a number or an even array of numbers, got {values!r:.60}"
        ) from None


def finite_row(values: ArrayLike, name: str) -> np.ndarray:
    """`values` as a row of at least one number, neither NaN nor infinite."""
    array = real(values, name)
    if array.ndim != 1 or not len(array) or not np.isfinite(array).all():
        found = "NaN or infinity" if array.ndim == 1 and len(array) else f"shape {array.shape}"
        raise ValueError(f"{name} must be a row of finite numbers, got {found}")
    return array


def own_rows(
    rows: Mapping[str, ArrayLike], size: tuple[float, float], most: int
) -> list[np.ndarray]:
    """Rows of the reader's own, by name, as new arrays: finite, equally long, of at most `most`.

    What is farthest from 0 in the first of them, the input, must lie between the ends of `size`;
    in the others, too, or be less.
    """
    found = {name: finite_row(row, name).astype(np.float64) for name, row in rows.items()}
    lengths = {name: len(row) for name, row in found.items()}
    names = " and ".join(rows)
    if len(set(lengths.values())) > 1 or max(lengths.values()) > most:
        raise ValueError(
            f"{names} must be equally long, of at most {most:,} points, got "
            f"{' and '.join(f'{count:,}' for count in lengths.values())}: take some, as x[::10]"
        )
    for name, row in found.items():
        low, far = size[0] if row is next(iter(found.values())) else 0.0, np.abs(row).max()
        if not low <= far <= size[1]:
            raise ValueError(
                f"{name} must reach {low:g} to {size[1]:g} away from 0, got {far:.4g}: "
                f"scale it, as ({name} - np.mean({name})) / np.std({name})"
            )
    return list(found.values())


def two_kinds(labels: ArrayLike, name: str, count: int) -> np.ndarray:
    """`count` labels of two kinds, whatever they are, as an array of 0 and 1."""
    array = array_of(labels, name)
    words = list(map(str, array.tolist())) if array.ndim == 1 else []
    kinds = sorted(set(words))
    if len(words) != count or len(kinds) != 2:
        raise ValueError(
            f"{name} must be {count:,} labels of two kinds, one a point, "
            f"got {len(words):,} of {len(kinds)} kinds"
        )
    return np.array([kinds.index(word) for word in words])


def one_number(value: ArrayLike, name: str, low: float = -np.inf, high: float = np.inf) -> float:
    """`value` as a finite number from `low` to `high`."""
    array = real(value, name)
    if array.ndim:
        raise ValueError(f"{name} must be one number, got shape {array.shape}")
    if not (np.isfinite(array) and low <= array <= high):
        raise ValueError(f"{name} must be a finite number{_span(low, high)}, got {value}")
    return float(array)


def whole_number(value: Any, name: str, low: int = 1, high: float = MOST) -> int:
    """`value` as a whole number from `low` to `high`; a float is none, even 3.0."""
    try:
        number = index(value)
    except TypeError:
        number = None
    if number is None or not low <= number <= high:
        raise ValueError(f"{name} must be a whole number{_span(low, high)}, got {value!r:.60}")
    return number


def _span(low: float, high: float) -> str:
    if high in (MOST, np.inf):
        most = f" of at most {high:,} and" if high == MOST else " of"
        return f"{most} at least {low:,}" if low > -np.inf else ""
    return f" in [{low:,}, {high:,}]"


def one_of(value: Any, name: str, allowed: Collection[Any]) -> Any:
    """`value`, if it is among those `allowed`."""
    if not isinstance(value, Hashable) or value not in tuple(allowed):
        raise ValueError(f"{name} must be one of {tuple(allowed)}, got {value!r:.60}")
    return value


def of_type(value: Any, name: str, wanted: type) -> Any:
    """`value`, if it is one of the library's own `wanted`; else TypeError."""
    if not isinstance(value, wanted):
        raise TypeError(f"{name} must be a {wanted.__name__}, got {value!r:.60}")
    return value


def several(values: Any, name: str) -> Iterable[Any]:
    """`values`, if they can be gone through one by one and are no text; else TypeError."""
    if not isinstance(values, Iterable) or isinstance(values, str | bytes | Mapping):
        raise TypeError(f"{name} must be several values, as in a list, got {values!r:.60}")
    return values


def generator(seed: int | np.random.Generator, name: str = "seed") -> np.random.Generator:
    """The random numbers of `seed`, a whole number of at least 0; a generator as it is."""
    if isinstance(seed, np.random.Generator):
        return seed
    return np.random.default_rng(whole_number(seed, name, 0, np.inf))


def float_type(dtype: DTypeLike) -> np.dtype:
    """`dtype`, if it is a type of floats of at least 32 bits.

    In float16 a step smaller than a 2000th of a parameter is lost, and sums stand still at 2048.
    """
    try:
        found = np.dtype(object if dtype is None else dtype)
    except TypeError:
        found = np.dtype(object)
    if found.kind != "f" or found.itemsize < 4:
        raise ValueError(f"dtype must be np.float32 or np.float64, got {dtype!r:.60}")
    return found
