"""The questions about networks born dead."""

from utils.questions import ask, register, right, wrong

QUESTIONS = {
    "ten layers of two": ask(
        "Nine hidden layers of two ReLU units, then an output; weights drawn symmetrically around "
        "0, no biases; one input, not 0. In how many of 100 such networks is a hidden layer all 0?",
        wrong("Hardly any", "So it is with one wide layer. Here nine narrow ones must all escape."),
        wrong(
            "About 25",
            "A quarter is the chance for one layer of two units. There are nine of them.",
        ),
        wrong("All of them", "Nine times, three layers out of four escape: 0.75^9 is not 0."),
        right("About 92", "1 - (1 - 1/4)^9 = 0.925: one dead layer is enough."),
    ),
    "how many to be sure": ask(
        "1,000 networks are drawn, and 925 of them are dead: a standard error of 0.8 points. How "
        "many networks would give half of that error?",
        wrong("1,500", "That takes it to 0.7 points only."),
        wrong("2,000", "That takes it to 0.6 points: the number stands under a root."),
        right("4,000", "sqrt(4) = 2: four times as many networks, half the error."),
        wrong("1,000,000", "That takes it to 0.03 points, which is far more than is asked."),
    ),
    "without biases": ask(
        "A tutorial finds about half of the units of its deepest layers dead before training. Its "
        "framework draws the biases at random. On our pictures it is half, too. How many are dead "
        "if the biases are 0 instead?",
        right(
            "Far less",
            "It was the biases: deep down they weigh more than what comes from the picture.",
        ),
        wrong(
            "About the same: it is ReLU that kills",
            "The activation is the same in both. What changes is how the layers start.",
        ),
        wrong(
            "None: without a bias a unit cannot be dead",
            "Deep down no input is below 0, so weights that are mostly negative can silence it.",
        ),
    ),
    "fewest flat": ask(
        "Four kinds of networks with ten layers of width 2 learn |x|, a thousand of each kind. "
        "Which kind ends with the fewest flat outputs?",
        right(
            "PReLU, whose slope starts at 0.25",
            "None of them dies either, and left of 0 a layer starts with 25 times the slope.",
        ),
        wrong(
            "Leaky ReLU with slope 0.01: it can never die",
            "None dies. But nine layers of slope 0.01 leave next to nothing of a signal.",
        ),
        wrong(
            "RAI, since it was made against being born dead",
            "Fewer are born dead than of ReLU. But being born alive is no insurance: more die "
            "later.",
        ),
        wrong(
            "ReLU, the one that is used most",
            "Not here: of this width and depth most are dead before the first step.",
        ),
    ),
}

register(QUESTIONS)
