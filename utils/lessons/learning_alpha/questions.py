"""The questions about learning alpha."""

from utils.questions import ask, register, right, wrong

QUESTIONS = {
    "not the true alpha": ask(
        "The data were made with alpha = 0.25, and the best alpha a* is 0.257. Why are the two "
        "not the same?",
        wrong(
            "Gradient descent has not arrived yet",
            "Nothing has been trained so far. a* comes from a formula.",
        ),
        right(
            "There is noise in y, and a* fits what it sees",
            "With noise 0 the two agree. Other noise would give another a*.",
        ),
        wrong(
            "The points with x > 0 pull it up",
            "There f = x does not contain alpha: those points have no say.",
        ),
    ),
    "sign of the gradient": ask(
        "We start at alpha = 1, to the right of a* = 0.257. What is the sign of the gradient, and "
        "which way should alpha go?",
        wrong(
            "Negative, and alpha should shrink",
            "To the right of the lowest point the loss rises with alpha: the slope is positive.",
        ),
        wrong(
            "Positive, and alpha should grow: it follows the gradient",
            "The gradient points uphill. Gradient descent goes the other way.",
        ),
        right(
            "Positive, and alpha should shrink",
            "The loss rises to the right, so we step to the left: alpha minus rate x gradient.",
        ),
    ),
    "one single step": ask(
        "The distance to a* is multiplied by (1 - learning rate x c) at each step. With which "
        "learning rate does alpha arrive in one single step?",
        wrong("1", "The factor is then 1 - c, which is 0 only if c happens to be 1."),
        right("1 / c", "The factor is then 0. From 2 / c on, alpha never arrives."),
        wrong("2 / c", "The factor is then -1: alpha swings from side to side for ever."),
        wrong(
            "The smaller, the better",
            "A small rate is safe, but the factor is then close to 1: many steps.",
        ),
    ),
    "momentum": ask(
        "Momentum adds 0.9 times the last change to the next one. We start at alpha = 1 with "
        "learning rate 0.1, which without momentum is slow. Will alpha stop at a* when it first "
        "gets there?",
        wrong(
            "Yes: at a* the gradient is 0",
            "The gradient is, but the last change still carries alpha on.",
        ),
        wrong(
            "It never gets there: momentum makes it slower",
            "It gets there sooner, in 4 steps: the changes add up.",
        ),
        right(
            "No: it rolls past, and has to come back",
            "Like a heavy ball. The price of speed is that it rings.",
        ),
    ),
    "gradient added": ask(
        "Two runs start at alpha = 1 with learning rate 0.1. One subtracts the gradient, one adds "
        "it. Where is the second one after 10 steps?",
        wrong("At a* too, from the other side", "Every one of its steps goes away from a*."),
        wrong(
            "Close to its start: the steps undo each other",
            "They all go the same way, and each is longer than the one before.",
        ),
        right(
            "Far away: more than three times as far from a* as at the start",
            "It climbs, and the wall gets steeper the higher it is.",
        ),
        wrong(
            "At a*, if the learning rate is small enough",
            "A smaller rate only makes it climb more slowly. None helps.",
        ),
    ),
    "decay as large as c": ask(
        "Weight decay pulls alpha towards 0. If the decay is as large as the curvature c, where "
        "does alpha end?",
        right(
            "At half of a*",
            "a* c / (c + decay) with decay = c. Two parabolas, equally steep, meet half-way.",
        ),
        wrong("At 0", "The data still pull, as strongly as the decay. Only endless decay gives 0."),
        wrong("At a*, but later", "Decay is no brake. It changes where the loss is lowest."),
    ),
}

register(QUESTIONS)
