"""Training steps a second: the lessons' network in numpy, and the same network in PyTorch.

    pip install torch threadpoolctl
    python bench/training_steps.py

A step is forward, backward and update on a batch of 64 digits, for a network of two hidden PReLU
layers, SGD with momentum 0.9. Both take their turns in one process, round after round, with one
thread and with two; the medians are compared. PyTorch's step is the faster of its plain and its
fused SGD. Prints a table, and ends with an error if numpy is less than 1.5 times as fast at the
lesson's width. A busy machine makes both slower, two threads most of all: mind the ratio.
"""

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from threadpoolctl import threadpool_limits
from torch import nn

sys.path.insert(0, str(Path(__file__).parents[1]))
from utils.data import digits  # noqa: E402
from utils.lessons.prelu_in_a_network.experiments import MOMENTUM, Plan, digits_network  # noqa: E402
from utils.training import SGD, cross_entropy, train_step  # noqa: E402

LESSON = Plan()
WIDTHS = (16, 32, 64, 128, 256, 512, 1024, 2048)
THREADS = (1, 2)
ROUNDS, SECONDS = 15, 0.1  # a turn is as many steps as fit into SECONDS
LIMIT = 1.5


def numpy_step(plan: Plan) -> Callable[[], float]:
    network, optimiser = digits_network("prelu", plan), SGD(plan.learning_rate, MOMENTUM)
    x, y = digits().train_x[: plan.batch], digits().train_y[: plan.batch]
    return lambda: train_step(network, x, y, cross_entropy, optimiser)


def torch_step(plan: Plan, **options: bool) -> Callable[[], float]:
    layers: list[nn.Module] = []
    for inputs in [64] + [plan.width] * (plan.depth - 1):
        layers += [nn.Linear(inputs, plan.width), nn.PReLU()]
    network = nn.Sequential(*layers, nn.Linear(plan.width, 10))
    rate = {"lr": plan.learning_rate, "momentum": MOMENTUM}
    optimiser = torch.optim.SGD(network.parameters(), **rate, **options)
    x = torch.tensor(digits().train_x[: plan.batch])
    y = torch.tensor(digits().train_y[: plan.batch])

    def step() -> float:
        loss = nn.functional.cross_entropy(network(x), y)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        return loss.item()

    return step


def rate(step: Callable[[], float]) -> float:
    """Steps a second, over one turn."""
    step()
    steps, start = 0, time.perf_counter()
    while (gone := time.perf_counter() - start) < SECONDS:
        step()
        steps += 1
    return steps / gone


def measure(width: int, rounds: int = ROUNDS) -> dict[tuple[str, int], float]:
    """The median steps a second of each, by name and number of threads."""
    plan = Plan(width=width)
    steps = {
        "numpy": numpy_step(plan),
        "torch plain": torch_step(plan),
        "torch fused": torch_step(plan, fused=True),
    }
    found: dict[tuple[str, int], list[float]] = {(n, t): [] for n in steps for t in THREADS}
    for _ in range(rounds):
        for name, threads in found:
            torch.set_num_threads(threads)
            with threadpool_limits(threads, "blas"):
                found[name, threads].append(rate(steps[name]))
    return {key: statistics.median(rates) for key, rates in found.items()}


def main() -> None:
    print("# Training steps a second\n\nMade by `python bench/training_steps.py`.\n")
    print("| width | threads | numpy steps/s | PyTorch steps/s | numpy / PyTorch |")
    print("|--:|--:|--:|--:|--:|")
    ratios = {}
    for width in WIDTHS:
        found = measure(width)
        for threads in THREADS:
            ours = found["numpy", threads]
            theirs = max(found["torch plain", threads], found["torch fused", threads])
            ratios[width, threads] = ours / theirs
            print(f"| {width} | {threads} | {ours:.0f} | {theirs:.0f} | {ours / theirs:.2f} |")
    print(f"\nPyTorch {torch.__version__}, numpy {np.__version__}, batch {LESSON.batch}.")
    for threads in THREADS:
        overtaken = [str(width) for width in WIDTHS if ratios[width, threads] < 1]
        print(f"Threads {threads}: PyTorch is ahead at widths {', '.join(overtaken) or 'none'}.")
    if min(ratios[LESSON.width, threads] for threads in THREADS) < LIMIT:
        sys.exit(f"numpy is less than {LIMIT} times as fast at width {LESSON.width}")


if __name__ == "__main__":
    main()
