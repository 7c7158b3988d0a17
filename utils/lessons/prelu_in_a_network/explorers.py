"""The views of lesson 05: three networks learn digits, alpha under decay, a signal going deep."""

from collections.abc import Iterator

import numpy as np

from utils.activations import prelu
from utils.before import Explorer, choice, length, new_figure, number, seed_number, whole
from utils.canvas import Canvas
from utils.lessons.prelu_in_a_network.experiments import (
    INITS,
    KINDS,
    MOMENTUM,
    Plan,
    Progress,
    digits_network,
    expected_variances,
    race,
    signal_variances,
    train,
)
from utils.lessons.prelu_in_a_network.plots import (
    ALPHAS,
    INIT_LINES,
    LOSSES,
    RACERS,
    SIGNALS,
    draw_decay_run,
    draw_race,
    draw_signals,
    shade_layers,
)
from utils.player import Player
from utils.training import SGD

DEEPEST = 8
NETWORK = ("batch", "bias", "alpha", "init", "channel_wise", "width", "depth")


class DigitsExplorer(Explorer):
    """Three networks, one race: loss, test accuracy, dead units, and alpha in every layer."""

    def __init__(
        self,
        learning_rate: float = 0.02,
        batch: int = 64,
        bias: float = 0.0,
        alpha: float = 0.25,
        init: str = "He",
        channel_wise: bool = False,
        width: int = 64,
        depth: int = 2,
        epochs: int = 30,
        seed: int = 0,
    ) -> None:
        self.epochs, self.seed = length(epochs, "epochs"), seed_number(seed)
        shared = (("one a layer (shared)", False), ("one a unit (channel-wise)", True))
        controls = {
            "learning_rate": number("learning rate", learning_rate, 0.005, 0.5, 0.005),
            "batch": whole("batch size", batch, 8, 64),
            "bias": number("initial bias", bias, -5, 1, 0.1),
            "alpha": number("starting alpha", alpha, -1, 2, 0.05),
            "width": whole("width", width, 2, 64),
            "depth": whole("hidden layers", depth, 1, DEEPEST),
            "init": choice("first weights", init, tuple(INITS)),
            "channel_wise": choice("alphas", channel_wise, shared),
        }
        figure, axes = new_figure(9.2, 3.9, mosaic=[["loss", "accuracy", "dead", "alpha"]])
        self.artists = draw_race(axes, epochs, DEEPEST)
        canvas = Canvas(figure, self.artists.values())
        player = Player(self._run, lambda _: self.refresh(), speed=20)
        super().__init__(controls, canvas, player, restarting=NETWORK)
        player.reset()

    def update(self, changed: str | None = None) -> str:
        """Draw the race so far."""
        for kind in KINDS:
            path = [now[kind] for now in self._path]
            epochs = [now.epoch for now in path]
            losses = np.nan_to_num([now.loss for now in path], nan=np.inf).clip(*LOSSES)
            dead = [np.mean(now.dead) for now in path]
            self.artists[f"{kind}_loss"].set_data(epochs, losses)
            self.artists[f"{kind}_accuracy"].set_data(epochs, [now.accuracy for now in path])
            self.artists[f"{kind}_dead"].set_data(epochs, dead)
        self._draw_alphas(self._path[-1]["prelu"].alphas)
        return _race_words(self._path[-1])

    def _draw_alphas(self, alphas: list[np.ndarray]) -> None:
        layers = np.arange(1, len(alphas) + 1)
        every = np.concatenate(alphas).clip(*ALPHAS)
        self.artists["alphas"].set_data(np.repeat(layers, len(alphas[0])), every)
        self.artists["alpha"].set_data(layers, np.clip([a.mean() for a in alphas], *ALPHAS))
        self.artists["start"].set_data([0, DEEPEST + 1], [self._plan.alpha] * 2)

    def _run(self) -> Iterator[dict[str, Progress]]:
        values = {name: self.controls[name].value for name in NETWORK}
        self._plan = Plan(**values, epochs=self.epochs, seed=self.seed)
        self._path: list[dict[str, Progress]] = []
        for now in race(self._plan, lambda: self.controls["learning_rate"].value):
            self._path.append(now)
            yield now


def _race_words(now: dict[str, Progress]) -> str:
    names = {kind: RACERS[kind][0] for kind in KINDS}
    going = [kind for kind in KINDS if not now[kind].words]
    words = f"Epoch {max(each.epoch for each in now.values()):.1f}. "
    if going:
        right = ", ".join(f"{names[kind]} {now[kind].accuracy:.2f}" for kind in going)
        dead = ", ".join(f"{names[kind]} {np.mean(now[kind].dead):.0%}" for kind in going)
        words += f"Test accuracy: {right}. Dead units: {dead}. "
    if "prelu" in going:
        slopes = ", ".join(f"{alpha.mean():.2f}" for alpha in now["prelu"].alphas)
        words += f"alpha by layer: {slopes}. "
    lost = [f"{names[kind]}: {now[kind].words}" for kind in KINDS if now[kind].words]
    return (words + " ".join(lost)).strip()


class AlphaDecayExplorer(Explorer):
    """A PReLU network learns digits while weight decay pulls at its alphas, or at its weights."""

    def __init__(
        self,
        alpha_decay: float = 0.0,
        weight_decay: float = 0.0,
        depth: int = 4,
        learning_rate: float = 0.02,
        epochs: int = 30,
    ) -> None:
        self.epochs = length(epochs, "epochs")
        controls = {
            "alpha_decay": number("alpha decay", alpha_decay, 0, 0.2, 0.005),
            "weight_decay": number("weight decay", weight_decay, 0, 0.02, 0.001),
            "depth": whole("hidden layers", depth, 1, DEEPEST),
            "learning_rate": number("learning rate", learning_rate, 0.005, 0.1, 0.005),
        }
        figure, axes = new_figure(9.2, 4.0, mosaic=[["loss", "shape"]], width_ratios=[3, 2])
        self.artists = draw_decay_run(axes, epochs, DEEPEST)
        canvas = Canvas(figure, self.artists.values())
        player = Player(self._run, lambda _: self.refresh(), speed=20)
        super().__init__(controls, canvas, player, restarting={"depth"})
        player.reset()

    def update(self, changed: str | None = None) -> str:
        """Draw every alpha so far, and the activation that it makes."""
        depth, ends = len(self._path[0].alphas), np.array([-1.0, 0.0, 1.0])
        epochs = [now.epoch for now in self._path]
        for layer in range(depth):
            path = [now.alphas[layer].item() for now in self._path]
            self.artists[f"path_{layer}"].set_data(epochs, path)
            self.artists[f"shape_{layer}"].set_data(ends, prelu(ends, path[-1]))
        for layer in range(depth, DEEPEST):
            self.artists[f"path_{layer}"].set_data([], [])
            self.artists[f"shape_{layer}"].set_data([], [])
        for name in ("path", "shape"):
            shade_layers([self.artists[f"{name}_{layer}"] for layer in range(depth)])
        return self._words(self._path[-1])

    def _run(self) -> Iterator[Progress]:
        plan = Plan(depth=self.controls["depth"].value, epochs=self.epochs)
        optimiser, self._path = SGD(plan.learning_rate, MOMENTUM), []
        for now in train(digits_network("prelu", plan), plan, optimiser, every=8):
            self._path.append(now)
            yield now
            optimiser.learning_rate = self.controls["learning_rate"].value
            optimiser.weight_decay = self.controls["weight_decay"].value
            optimiser.decay_alpha = self.controls["alpha_decay"].value

    def _words(self, now: Progress) -> str:
        if now.words:
            return f"Epoch {now.epoch:.1f}. {now.words} Try a smaller learning rate."
        slopes = ", ".join(f"{alpha.item():.2f}" for alpha in now.alphas)
        words = f"Epoch {now.epoch:.1f}: alpha by layer {slopes}; test accuracy {now.accuracy:.2f}."
        if max(abs(alpha.item()) for alpha in now.alphas) < 0.02:
            words += " Every alpha is as good as 0: this is a ReLU network."
        return words


class SignalExplorer(Explorer):
    """The variance of a signal on its way through up to 30 layers, for three initialisations."""

    def __init__(self, layers: int = 30, alpha: float = 0.0, width: int = 128) -> None:
        controls = {
            "layers": whole("layers", layers, 1, 30),
            "alpha": number("alpha (slope)", alpha, 0, 1, 0.05),
            "width": whole("width", width, 8, 128),
        }
        figure, ax = new_figure(9.2, 3.8)
        self.artists = draw_signals(ax, 30)
        super().__init__(controls, Canvas(figure, self.artists.values()))
        self.refresh()

    def update(self, changed: str | None = None) -> str:
        """Send a signal through, for each initialisation from the same random numbers."""
        layers, alpha, width = (self.controls[name].value for name in ("layers", "alpha", "width"))
        places, ends = np.arange(1, layers + 1), {}
        for init in INIT_LINES:
            measured = signal_variances(init, alpha, layers, width)
            expected = expected_variances(init, alpha, layers, width)
            self.artists[init].set_data(places, measured.clip(*SIGNALS))
            self.artists[f"{init}_expected"].set_data(places, expected.clip(*SIGNALS))
            ends[init] = measured[-1]
        values = ", ".join(f"{init.replace('^2', '²')} {end:.2g}" for init, end in ends.items())
        ratio = np.sqrt(ends["Xavier"] / ends["He"])
        return (
            f"Layer {layers}, alpha = {alpha:.4g}: variance {values}. Xavier's standard deviation "
            f"is {ratio:.2g} of He's; 1 / sqrt(2)^{layers} = {2 ** (-layers / 2):.2g}."
        )
