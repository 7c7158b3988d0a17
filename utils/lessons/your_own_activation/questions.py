"""The questions about a function of one's own."""

from utils.questions import ask, register, right, wrong

QUESTIONS = {
    "measured at a kink": ask(
        "Somebody tests relu_grad, which says 0 at x = 0, by a difference over both sides: "
        "(relu(h) - relu(-h)) / 2h. It gives 0.5 at x = 0. Is relu_grad wrong there?",
        wrong(
            "Yes: 0.5 was measured, and 0 is not 0.5",
            "Measured over both sides, 0.5 is the mean of two slopes, 0 and 1.",
        ),
        right(
            "No: measured on one side at a time, it lies between the two slopes",
            "The left side gives 0, the right side 1. At a kink whatever lies between them, both "
            "included, is a subgradient.",
        ),
        wrong(
            "It cannot be tested at all",
            "Only a difference over both sides misleads. Each side alone can be measured.",
        ),
    ),
    "SiLU far left": ask(
        "One unit, SiLU(x + b), shall become SiLU(x); its inputs x run from -2 to 2, and only b is "
        "learned. It starts at b = -6, where every input is far left. What will gradient descent "
        "do?",
        wrong(
            "Nothing: its gradient is exactly 0, as ReLU's would be",
            "SiLU's slope is small there and not 0. The unit does move.",
        ),
        wrong(
            "Bring it back to b = 0, slowly",
            "So it would with softplus, whose slope is above 0 everywhere. Left of -1.28 SiLU's is "
            "below 0.",
        ),
        right(
            "Move it, and away from b = 0",
            "Left of -1.28 SiLU falls: going further left brings its output up, closer to what is "
            "wanted. Downhill leads away from the goal.",
        ),
    ),
    "factor of SiLU": ask(
        "ReLU halves the mean square of a standard normal z, so its first weights get the factor "
        "sqrt(2) = 1.414. SiLU is z times a number between 0 and 1. Which factor does it need?",
        wrong(
            "A smaller one: SiLU lets something through on the left",
            "A little, on the left. On the right it passes less than z, and that counts more.",
        ),
        wrong(
            "The same: it looks like ReLU with its corner rounded",
            "Far out it does. A standard normal z is mostly between -2 and 2.",
        ),
        right(
            "A larger one",
            "The mean square that is left is 0.3558, less than ReLU's half: 1 / sqrt(0.3558) is "
            "1.6765.",
        ),
    ),
    "SiLU starts low": ask(
        "Initial bias -1: ReLU's network learns nothing, PReLU's does. SiLU has a slope on the "
        "left, too. After 5 epochs, where will SiLU's networks be, on average over three seeds?",
        wrong(
            "With PReLU: any slope on the left is enough",
            "It has to be large enough. SiLU's left side is nearly flat, and turns.",
        ),
        wrong(
            "With ReLU: no answer but one",
            "Its networks do start to learn: each of them is better than ReLU's.",
        ),
        right(
            "Between the two",
            "Each seed is better than ReLU's, and on average they are far behind PReLU's.",
        ),
    ),
    "beta from 0": ask(
        "Swish is x / (1 + exp(-beta x)). With beta = 0 it is x / 2: a straight line. Every layer "
        "of a network for the digits starts there. Where will the betas be after training?",
        wrong(
            "Still at 0: there is no slope to follow",
            "In beta there is one: df/dbeta is x² / 4 at beta = 0.",
        ),
        wrong(
            "All above 0, towards ReLU",
            "Swish with -beta is Swish with beta, turned around. The next layer takes either.",
        ),
        right(
            "Some above 0, some below: it depends on the seed",
            "Swish with -beta at x is minus Swish with beta at -x. Either sign will do, and the "
            "first steps decide.",
        ),
    ),
}

register(QUESTIONS)
