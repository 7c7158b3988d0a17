"""The questions about the dying ReLU."""

from utils.questions import ask, register, right, wrong

QUESTIONS = {
    "lower the bias": ask(
        "You lower the bias of a ReLU unit until no input gets through any more. What happens to "
        "the gradients of the loss in its weights and its bias?",
        wrong(
            "They become tiny, but never quite 0",
            "So it is with a sigmoid, whose slope is small but never 0. ReLU's left slope is 0.",
        ),
        wrong(
            "The weights' become 0, the bias's stays",
            "The bias sits behind the same gate: every gradient is multiplied by ReLU's slope.",
        ),
        right(
            "All of them become exactly 0",
            "Each input brings ReLU's slope as a factor, and it is 0 for every single one.",
        ),
    ),
    "too long a step": ask(
        "Over weight and bias, ReLU's loss has a flat plateau: there the unit fires on no input. "
        "With learning rate 0.8 the first step points downhill, but is too long. What happens?",
        right(
            "It lands on the plateau, and stays there",
            "On flat ground the gradient is 0, so the step that led there was the last one.",
        ),
        wrong(
            "It overshoots, and the next steps bring it back",
            "A parabola would point back from everywhere. The plateau has no slope.",
        ),
        wrong(
            "The loss grows without end",
            "Where it lands it cannot: a silent unit has the same loss everywhere.",
        ),
    ),
    "five times the rate": ask(
        "With learning rate 1 the network of the view learns the two moons. What will learning "
        "rate 5 do to it?",
        wrong(
            "Learn about five times as fast",
            "Longer steps arrive sooner only while they do not jump over the valley. Here the "
            "first one does: the loss rises.",
        ),
        wrong(
            "Swing to and fro, and learn more slowly",
            "The loss does swing at first. But once a whole layer is dead, none of it wakes again.",
        ),
        right(
            "Kill a whole layer within 20 steps",
            "Long steps throw units onto their plateaus. Some wake again, until all of layer 2 are "
            "dead.",
        ),
    ),
    "who wakes up": ask(
        "A network learns by plain gradient descent. Left, the units of layer 1; right, those of "
        "layer 2. An orange mark says that a dead unit fires again. Where will you see orange?",
        wrong("Nowhere: dead is dead", "A dead unit's weights do not move. But its inputs may."),
        wrong(
            "In both layers",
            "The inputs of layer 1 are the data, the same at every step. For its dead nothing "
            "changes.",
        ),
        wrong(
            "Only in layer 1, which is closer to the data",
            "The data never change, and neither do a dead unit's weights.",
        ),
        right(
            "Only in layer 2",
            "Its inputs come from layer 1, which goes on learning, and may wake it up.",
        ),
    ),
    "which remedy": ask(
        "A ReLU unit died at learning rate 0.8, and has been dead for 20 steps. It goes on from "
        "the weight and bias that it has. Which of these brings it back?",
        wrong(
            "A lower learning rate",
            "A smaller number times a gradient of 0 is still 0. It only prevents.",
        ),
        wrong("More steps", "Each of them adds learning rate times 0."),
        wrong("None of them", "Its weight and bias can still move. What is missing is a gradient."),
        right(
            "Leaky ReLU or PReLU in the place of ReLU",
            "They give the left side a slope: the gradient is no longer 0.",
        ),
    ),
    "dead and pushed": ask(
        "You have moved a dead unit and a living one with learning rates 1, 1000 and 1,000,000. "
        "Which explanation fits what you saw?",
        wrong(
            "The learning rates were still too small to wake the dead unit",
            "It did not move a little. It did not move at all.",
        ),
        right(
            "A learning rate multiplies the gradient, and here that is exactly 0",
            "No factor makes anything else of 0. What helps is a slope on the left.",
        ),
        wrong(
            "Its gradients cancel out over the inputs",
            "There is nothing to cancel: every single input contributes 0.",
        ),
        lead="Explain it.",
    ),
}

register(QUESTIONS)
