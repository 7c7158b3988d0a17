"""The questions about PReLU."""

from utils.questions import ask, register, right, wrong

QUESTIONS = {
    "useless alpha": ask(
        "The blog post draws PReLU for alpha = 0.1, 0.5 and 1.0. One of the three curves would be "
        "useless as an activation function. Which one?",
        wrong("alpha = 0.1", "It is close to ReLU, and that is a good activation function."),
        wrong("alpha = 0.5", "It bends less than ReLU, but it bends, and that is all it takes."),
        right(
            "alpha = 1.0", "Both sides then have slope 1: the identity. It adds no nonlinearity."
        ),
    ),
    "what stays": ask(
        "At x = -2 the view reads off f, df/dx and df/dalpha. You drag alpha. Which of the three "
        "numbers does not change?",
        right("df/dalpha", "f = alpha x changes with alpha at the rate x. Here that is -2."),
        wrong("f", "f = alpha x on the left, so it follows alpha."),
        wrong("df/dx", "On the left the slope in x is alpha itself."),
        wrong(
            "All three change", "One does not contain alpha: the derivative of alpha x in alpha."
        ),
    ),
    "max is not PReLU": ask(
        "Some texts write PReLU as max(alpha x, x). For which alpha is that something else?",
        wrong("For none: it is the same function", "Try alpha = 2 at x = 2: the maximum is 4."),
        wrong(
            "For alpha below 0",
            "At x < 0 alpha x is then positive and the larger one; at x > 0 it is x. No fault.",
        ),
        right("For alpha above 1", "Then the maximum takes the other branch on both sides of 0."),
    ),
    "the value at 0": ask(
        "From the left the slope at 0 is alpha, from the right it is 1. Which number does a "
        "program return as PReLU's gradient at exactly 0?",
        wrong("The mean of the two", "None of PyTorch, Keras and Flax does that for PReLU."),
        right(
            "It depends on the framework",
            "PyTorch takes alpha, Keras 0 and Flax 1. There is no derivative to be right about.",
        ),
        wrong(
            "None: it stops with an error",
            "It would stop often: a 0 is no rare input. All three return a number.",
        ),
    ),
    "test the output": ask(
        "For ReLU, 'the output is above 0' and 'the input is above 0' say the same. Do they for "
        "PReLU with alpha = -0.5?",
        wrong(
            "Yes: the sign of f(x) is the sign of x",
            "Only for alpha above 0. A learned alpha may become negative.",
        ),
        wrong(
            "Yes: on the left the output is 0",
            "That is ReLU. PReLU's left side is alpha x, which is 0 at x = 0 alone.",
        ),
        right(
            "No: a negative input has a positive output",
            "-0.5 times a negative number is positive. So test the input.",
        ),
    ),
    "how many alphas": ask(
        "A layer has 64 channels of 28 x 28 numbers. How many alphas does it learn element-wise?",
        wrong("64", "That is channel-wise: one alpha for each channel."),
        wrong("784", "One for each place would be 28 x 28. But each channel has its own, too."),
        wrong("1", "That is a shared alpha."),
        right(
            "50,176",
            "64 x 28 x 28: one for each number. A 3 x 3 convolution from 64 channels to 64 has "
            "only 36,864 weights.",
        ),
    ),
}

register(QUESTIONS)
