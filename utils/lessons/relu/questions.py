"""The questions about ReLU."""

from utils.questions import ask, register, right, wrong

QUESTIONS = {
    "raise the bias": ask(
        "A unit computes relu(w x + b) with w = 1 and b = -1. Its hinge is where w x + b = 0. You "
        "raise b. Where does the hinge go?",
        wrong(
            "To the right: a larger b, a larger x",
            "The hinge is at x = -b/w. With the minus sign, a larger b gives a smaller x.",
        ),
        right(
            "To the left, as long as w is positive",
            "x = -b/w: from 1 at b = -1 to 0 at b = 0. More inputs pass.",
        ),
        wrong(
            "Nowhere: the whole curve moves up",
            "The bias is added before ReLU, not after. The blocked side stays at 0.",
        ),
    ),
    "two slopes": ask(
        "At x0 = 0 you measure ReLU's slope over a step h to the left and over a step h to the "
        "right. What do the two do when h shrinks?",
        wrong(
            "They meet at 0.5, half-way",
            "Some programs return 0.5 at 0, but neither of the two slopes comes near it.",
        ),
        wrong(
            "Both go to 0, since relu(0) = 0",
            "The value at 0 says nothing about the slope. To the right, relu(h) / h = 1.",
        ),
        right(
            "Nothing: one stays 0, the other 1",
            "However small h is, the two differ. So at 0 there is no derivative.",
        ),
    ),
    "twelve linear layers": ask(
        "Layers of 8 units with random weights, one input x, one output. On the left there is no "
        "ReLU between them. You raise the number of layers from 3 to 12. What will the left show?",
        right(
            "A straight line, however many layers",
            "Each layer makes w x + b of what it gets, and so do twelve in a row: one line.",
        ),
        wrong(
            "More and more pieces: depth makes a network flexible",
            "Depth adds pieces only with a nonlinearity in between. See the right.",
        ),
        wrong(
            "A curve that bends a little, since the weights are random",
            "Random weights and biases change which line it is, not that it is one.",
        ),
    ),
    "hinges of |x|": ask(
        "You may add up a straight line, c + d x, and hinges. How many hinges does |x| need for a "
        "perfect fit?",
        wrong("None", "A straight line has no corner, and |x| has one at 0."),
        wrong(
            "Two: one for each side",
            "relu(x) + relu(-x) works, but with the line -x to start from, one is enough.",
        ),
        right("One", "|x| = -x + 2 relu(x): the line -x, and one hinge that turns it by 2 at 0."),
        wrong(
            "Very many: |x| is not a ReLU",
            "Many are needed where a target is curved. |x| is made of two straight pieces.",
        ),
    ),
    "build a ramp": ask(
        "The target is 0, rises with slope 1 from x = -1 on, and stays at 2 from x = 1 on. One "
        "hinge has slope 1 and sits at -1. Which second hinge makes the ramp?",
        wrong(
            "Slope 0 at x = 1",
            "A hinge of slope 0 adds nothing. The first one goes on rising for ever.",
        ),
        right(
            "Slope -1 at x = 1",
            "Slopes add up: 1 from the first and -1 from the second make 0, flat again.",
        ),
        wrong("Slope -2 at x = 1", "1 - 2 = -1: the sum would fall from x = 1 on."),
        wrong("Slope -1 at x = 2", "The sum rises until the second hinge opens: to 3, not to 2."),
    ),
    "steepest sigmoid": ask(
        "How steep is the sigmoid, 1 / (1 + exp(-z)), where it is steepest?",
        wrong("1", "That is tanh, which is 2 sigmoid(2 z) - 1, and so 4 times as steep."),
        wrong("0.5", "0.5 is its value at z = 0, not its slope there."),
        right(
            "0.25",
            "Its slope is s (1 - s), largest at s = 0.5. Besides its weights, a layer multiplies a "
            "gradient by 1/4 at most.",
        ),
    ),
    "faster than tanh": ask(
        "Two small tasks, two hidden layers, the best of three learning rates for each activation, "
        "the median of five networks. How many steps does ReLU need, compared with tanh?",
        wrong(
            "About a sixth",
            "The often quoted factor of 6 comes from one network on one task. Here it is on "
            "neither.",
        ),
        wrong(
            "Always fewer, by a little or a lot",
            "On the sine tanh needs fewer: less than half as many.",
        ),
        wrong(
            "Just as many: only the layers' weights matter",
            "The activation matters. With the sigmoid it takes more than 100 steps on each task.",
        ),
        right(
            "It depends on the task: fewer on one, more on the other",
            "Fewer on the two moons, more on the sine. Only the sigmoid is far behind on both.",
        ),
    ),
    "how many dead": ask(
        "The same network as in the race, draw 5, but with the large learning rate 3. How many of "
        "its 2 x 16 ReLU units are dead after 100 steps?",
        wrong(
            "Two or three",
            "So it is with learning rate 1. With 3 the first two steps raise the loss: too long.",
        ),
        right(
            "More than half, a whole layer among them",
            "No gradient comes back through a layer that is dead as a whole: what is before it "
            "stops.",
        ),
        wrong(
            "All 32: one dead unit takes the others with it",
            "A dead unit leaves its neighbours alone. Half of the first layer still fires.",
        ),
    ),
}

register(QUESTIONS)
