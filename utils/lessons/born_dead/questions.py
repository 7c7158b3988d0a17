"""The questions about networks born dead."""

from utils.questions import ask, register, right, wrong

QUESTIONS = {
    "ten layers of two": ask(
        "Ten layers, two units in each, weights drawn symmetrically around 0, no biases, one "
        "input. Of 100 networks that were just drawn, how many are dead?",
        wrong("Hardly any", "In one wide layer, yes. Here nine narrow ones must all escape."),
        wrong(
            "About 25",
            "A quarter is the chance for one layer of two units. There are nine of them.",
        ),
        wrong("All of them", "Nine times, three layers out of four escape: 0.75^9 is not 0."),
        right("About 92", "1 - (1 - 1/4)^9 = 0.925: one dead layer is enough."),
    ),
    "without biases": ask(
        "A tutorial finds about half of the units of its deepest layers dead before training. Its "
        "framework draws the biases at random. What remains of that half if they are 0 instead?",
        right(
            "Far less",
            "It was the biases: deep down they weigh more than the picture, for every picture.",
        ),
        wrong(
            "About the same: it is ReLU that kills",
            "The activation is the same in both. What changes is how the layers start.",
        ),
        wrong(
            "None: without a bias a unit cannot be dead",
            "Its inputs are all positive, so weights that are mostly negative can silence it.",
        ),
    ),
    "fewest flat": ask(
        "Four kinds of deep and narrow networks learn |x|. Which kind ends with the fewest flat "
        "outputs?",
        right(
            "PReLU, whose slope starts at 0.25",
            "It cannot die either, and lets 25 times as much through in each layer.",
        ),
        wrong(
            "Leaky ReLU with slope 0.01: it can never die",
            "It does not die. But nine layers of slope 0.01 leave next to nothing of a signal.",
        ),
        wrong(
            "RAI, since it was made against being born dead",
            "Fewer are born dead. But being born alive is no insurance against dying later.",
        ),
        wrong("ReLU, the one that is used most", "Not in layers of width 2, where most die."),
    ),
}

register(QUESTIONS)
