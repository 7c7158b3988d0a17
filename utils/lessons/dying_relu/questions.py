"""The questions about the dying ReLU."""

from utils.questions import ask, register, right, wrong

QUESTIONS = {
    "lower the bias": ask(
        "You lower the bias of a ReLU unit until no input gets through any more. What happens to "
        "the gradients of its weights and its bias?",
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
        "The first step goes downhill, but it is too long. What happens then?",
        right(
            "It may land on the plateau, and stay there",
            "On flat ground the gradient is 0, so the first step there is the last one.",
        ),
        wrong(
            "It overshoots, and the next steps bring it back",
            "So it is on a parabola. Here nothing points back: the plateau has no slope.",
        ),
        wrong(
            "The loss grows without end",
            "It cannot: a silent unit has the same loss everywhere on the plateau.",
        ),
    ),
    "five times the rate": ask(
        "With learning rate 1 the network learns the two moons. What will learning rate 5 do?",
        wrong(
            "Learn about five times as fast",
            "Steps five times as long arrive sooner only while they do not jump over the valley.",
        ),
        wrong(
            "Swing to and fro, and learn more slowly",
            "A smooth loss would let it swing back. A unit that is thrown onto the plateau stays.",
        ),
        right(
            "Kill a whole layer within a few steps",
            "The long steps throw unit after unit onto its plateau.",
        ),
    ),
    "who wakes up": ask(
        "Left, the units of layer 1; right, those of layer 2. An orange mark says that a dead unit "
        "fires again. Where will you see orange?",
        wrong("Nowhere: dead is dead", "A dead unit's weights do not move. But its inputs may."),
        wrong(
            "In both layers",
            "The inputs of layer 1 are the data, the same at every step. Nothing changes for it.",
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
        "A ReLU unit has been dead for many steps. Which of these brings it back?",
        wrong(
            "A lower learning rate",
            "A smaller number times a gradient of 0 is still 0. It only prevents.",
        ),
        wrong(
            "A better initialisation",
            "Initialising is over: it would have kept the unit from dying in the first place.",
        ),
        wrong("Nothing at all", "Its weights are as good as ever. What is missing is a gradient."),
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
