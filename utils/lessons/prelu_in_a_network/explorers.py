"""The views: three networks learn digits, alpha under decay, a signal going deep."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from utils.activations import prelu
from utils.explorer import Explorer
from utils.lessons.prelu_in_a_network import experiments, plots
from utils.settings import Choice, Fixed, Number, Whole, length, seed
from utils.style import Artists, Panels, set_limits
from utils.training import SGD

DEEPEST = 8
SHARING = (("one a layer (shared)", False), ("one a unit (channel-wise)", True))


class DigitsExplorer(Explorer):
    """Three networks, one race: loss, test accuracy, inactive units, and alpha in every layer."""

    settings = {
        "learning_rate": Number("learning rate", 0.02, 0.005, 0.5, 0.005),
        "batch": Whole("batch size", 64, 8, 64, restarts=True, rare=True),
        "bias": Number("initial bias", 0.0, -5, 1, 0.1, restarts=True),
        "alpha": Number("starting alpha", 0.25, -1, 2, 0.05, restarts=True),
        "width": Whole("width", 64, 2, 64, restarts=True, rare=True),
        "depth": Whole("hidden layers", 2, 1, DEEPEST, restarts=True, rare=True),
        "init": Choice("first weights", "He", tuple(experiments.INITS), restarts=True, rare=True),
        "channel_wise": Choice("alphas", False, SHARING, restarts=True, rare=True),
        "epochs": Fixed(30, length),
        "seed": Fixed(0, seed),
    }
    scenes = {
        "good settings": {"learning_rate": 0.02, "bias": 0.0, "init": "He"},
        "only PReLU learns": {"bias": -1.0},
        "PReLU learns late": {"bias": -3.0},
        "PReLU ahead": {"width": 4, "depth": 4},
        "PReLU lost": {"learning_rate": 0.2},
        "one alpha a unit learns": {"learning_rate": 0.2, "channel_wise": True},
        "nobody learns": {"init": "too small, 0.01", "depth": 8},
    }
    panels = {"mosaic": [["loss", "accuracy", "inactive", "alpha"]]}
    speed = 20

    def draw(self, axes: Panels) -> Artists:
        return plots.draw_learning(axes, self.now.epochs, DEEPEST)

    def run(
        self, settings: Callable[[], Any]
    ) -> Iterator[tuple[dict[str, experiments.Progress], ...]]:
        looks: tuple[dict[str, experiments.Progress], ...] = ()
        # Every setting of this view is one of a plan's.
        for look in experiments.race(
            experiments.Plan(**settings()._asdict()), lambda: settings().learning_rate
        ):
            looks += (look,)
            yield looks

    def update(self, now: Any, state: tuple[dict[str, experiments.Progress], ...]) -> str:
        for kind in experiments.KINDS:
            path = [look[kind] for look in state]
            epochs = [each.epoch for each in path]
            losses = np.nan_to_num([each.loss for each in path], nan=np.inf).clip(*plots.LOSSES)
            inactive = [np.mean(each.inactive) for each in path]
            self.artists[f"{kind}_loss"].set_data(epochs, losses)
            self.artists[f"{kind}_accuracy"].set_data(epochs, [each.accuracy for each in path])
            self.artists[f"{kind}_inactive"].set_data(epochs, inactive)
        alphas = state[-1]["prelu"].alphas
        layers, every = np.arange(1, len(alphas) + 1), np.concatenate(alphas).clip(*plots.ALPHAS)
        usual = every.min() >= -0.3 and max(now.alpha, every.max()) <= 1.7
        set_limits(
            self.axes["alpha"], (0.4, now.depth + 0.6), (-0.3, 1.7) if usual else plots.ALPHAS
        )
        self.artists["alphas"].set_data(np.repeat(layers, len(alphas[0])), every)
        self.artists["alpha"].set_data(layers, np.clip([a.mean() for a in alphas], *plots.ALPHAS))
        self.artists["start"].set_data([0, DEEPEST + 1], [now.alpha] * 2)
        return _race_words(state[-1])


def _race_words(now: Mapping[str, experiments.Progress]) -> str:
    names = {kind: plots.LOOKS[kind][0] for kind in experiments.KINDS}
    going = [kind for kind in experiments.KINDS if not now[kind].words]
    words = f"Epoch {max(each.epoch for each in now.values()):.1f}. "
    if going:
        right = ", ".join(f"{names[kind]} {now[kind].accuracy:.2f}" for kind in going)
        inactive = ", ".join(f"{names[kind]} {np.mean(now[kind].inactive):.0%}" for kind in going)
        words += f"Test accuracy: {right}. Inactive units: {inactive}. "
    if "prelu" in going:
        words += f"alpha by layer: {_listed(now['prelu'].alphas)}. "
    lost = [f"{names[kind]}: {now[kind].words}" for kind in experiments.KINDS if now[kind].words]
    return (words + " ".join(lost)).strip()


def _listed(alphas: Iterable[np.ndarray]) -> str:
    return ", ".join(f"{alpha.mean():z.2f}" for alpha in alphas)  # z: no minus before a zero


class AlphaDecayExplorer(Explorer):
    """A PReLU network learns digits while weight decay pulls at its alphas, or at its weights."""

    settings = {
        "alpha_decay": Number("alpha decay", 0.0, 0, 0.2, 0.005),
        "weight_decay": Number("weight decay", 0.0, 0, 0.02, 0.001),
        "depth": Whole("hidden layers", 4, 1, DEEPEST, restarts=True),
        "learning_rate": Number("learning rate", 0.02, 0.005, 0.1, 0.005),
        "epochs": Fixed(30, length),
    }
    scenes = {
        "no decay": {"alpha_decay": 0.0, "weight_decay": 0.0},
        "decay on alpha": {"alpha_decay": 0.1, "weight_decay": 0.0},
        "decay on the weights": {"alpha_decay": 0.0, "weight_decay": 0.01},
    }
    inches, speed = 4.0, 20
    panels = {"mosaic": [["path", "shape"]], "width_ratios": [3, 2]}

    def draw(self, axes: Panels) -> Artists:
        return plots.draw_decay_run(axes, self.now.epochs, DEEPEST)

    def run(self, settings: Callable[[], Any]) -> Iterator[tuple[experiments.Progress, ...]]:
        plan, looks = experiments.Plan(depth=settings().depth, epochs=settings().epochs), ()
        optimiser = SGD(plan.learning_rate, experiments.MOMENTUM)
        for look in experiments.train(
            experiments.digits_network("prelu", plan), plan, optimiser, every=8
        ):
            looks += (look,)
            yield looks
            now = settings()
            optimiser.learning_rate = now.learning_rate
            optimiser.weight_decay, optimiser.decay_alpha = now.weight_decay, now.alpha_decay

    def update(self, now: Any, state: tuple[experiments.Progress, ...]) -> str:
        depth, ends = len(state[-1].alphas), np.array([-1.0, 0.0, 1.0])
        epochs = [look.epoch for look in state]
        highest = max(np.max(look.alphas) for look in state)
        top = next((end for end in (1.1, 2.2) if highest <= end), 4.4)
        set_limits(self.axes["path"], y=(-top / 4, top))
        set_limits(self.axes["shape"], y=(-max(top, 1.1), 1.1))
        for layer in range(DEEPEST):
            path = [look.alphas[layer].item() for look in state] if layer < depth else []
            shape = (ends, prelu(ends, path[-1])) if path else ([], [])
            self.artists[f"path_{layer}"].set_data(epochs if path else [], path)
            self.artists[f"shape_{layer}"].set_data(*shape)
        for name in ("path", "shape"):
            plots.shade_layers([self.artists[f"{name}_{layer}"] for layer in range(depth)])
        return _decay_words(state[-1])


def _decay_words(now: experiments.Progress) -> str:
    if now.words:
        return f"Epoch {now.epoch:.1f}. {now.words} Try a smaller learning rate."
    words = f"Epoch {now.epoch:.1f}: alpha by layer {_listed(now.alphas)}; "
    words += f"test accuracy {now.accuracy:.2f}."
    if max(abs(alpha.item()) for alpha in now.alphas) < 0.02:
        words += " Every alpha is as good as 0: this is a ReLU network."
    return words


class SignalExplorer(Explorer):
    """The variance of a signal on its way through up to 30 layers, for three initialisations."""

    settings = {
        "layers": Whole("layers", 30, 1, 30),
        "alpha": Number("alpha (slope)", 0.0, 0, 1, 0.05),
        "width": Whole("width", 128, 8, 128),
    }
    scenes = {
        "Xavier fades": {"alpha": 0.0},
        "the signal grows": {"alpha": 0.5},
        "the marks stray": {"width": 8},
    }
    inches = 3.8
    panels = {"mosaic": [["signal"]]}

    def draw(self, axes: Panels) -> Artists:
        return plots.draw_signals(axes["signal"], self.settings["layers"].high)

    def update(self, now: Any, state: None = None) -> str:
        places, ends, highest = np.arange(1, now.layers + 1), {}, 0.0
        for init in plots.INIT_LINES:
            measured = experiments.signal_variances(init, now.alpha, now.layers, now.width)
            expected = experiments.expected_variances(init, now.alpha, now.layers, now.width)
            self.artists[init].set_data(places, measured.clip(*plots.SIGNALS))
            self.artists[f"{init}_expected"].set_data(places, expected.clip(*plots.SIGNALS))
            ends[init], highest = measured[-1], max(highest, *measured, *expected)
        set_limits(
            self.axes["signal"], y=(plots.SIGNALS[0], 1e3 if highest < 1e3 else plots.SIGNALS[1])
        )
        values = ", ".join(f"{init.replace('^2', '²')} {end:.2g}" for init, end in ends.items())
        ratio, halved = np.sqrt(ends["Xavier"] / ends["He"]), 2 ** (-now.layers / 2)
        return (
            f"Layer {now.layers}, alpha = {now.alpha:.4g}: variance {values}. Xavier's standard "
            f"deviation is {ratio:.2g} of He's; 1 / sqrt(2)^{now.layers} = {halved:.2g}."
        )
