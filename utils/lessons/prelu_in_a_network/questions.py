"""The questions about PReLU in a network."""

from utils.questions import ask, register, right, wrong

QUESTIONS = {
    "who wins the race": ask(
        "Well-chosen settings, the same first weights, the same batches. After 30 epochs, which "
        "network names the most test digits right?",
        wrong(
            "PReLU, clearly: it can do more",
            "It gets its training loss lower. The test digits do not reward that.",
        ),
        wrong("ReLU: the simplest one overfits least", "Not by anything that you could measure."),
        right(
            "None: the difference is smaller than that between two seeds",
            "With good settings the three curves lie on top of each other.",
        ),
        wrong(
            "PReLU, by about one point, as in the paper",
            "That was a deeper network, with 1.2 million images to learn a slope from.",
        ),
    ),
    "learned or steep": ask(
        "At bias -1 PReLU trained and leaky ReLU with slope 0.01 did not. Is it because PReLU "
        "learns its slope, or because 0.25 is steeper than 0.01? Which run tells the two apart?",
        right(
            "Leaky ReLU with the fixed slope 0.25",
            "It changes one thing: the slope is steep, and it is not learned.",
        ),
        wrong(
            "More seeds of the same two networks",
            "They would show the same difference, more surely, and explain it no better.",
        ),
        wrong(
            "PReLU with twice as many epochs",
            "It would learn its slope for longer, and be steep from the start all the same.",
        ),
    ),
    "where alpha is large": ask(
        "In the paper, alpha is largest in the first layer. Six layers on digits, three seeds, one "
        "alpha a layer: where will ours be large?",
        wrong(
            "In the first layers, as in the paper",
            "The paper's first layer holds filters for edges. Ours sees all pixels at once.",
        ),
        wrong(
            "Nowhere: all stay close to 0.25",
            "So it is with one alpha for each unit. A shared one hears all units, and moves.",
        ),
        right(
            "In no fixed place: from seed to seed they differ as much as from layer to layer",
            "If anything they rise with depth. A single run says nothing.",
        ),
    ),
    "decay on the weights": ask(
        "Alpha decay pulls at the alphas alone, and brings them down. Weight decay pulls at the "
        "weights and biases alone. What will that do to alpha?",
        right("Raise it", "Smaller weights shrink the signal, and a larger slope makes up for it."),
        wrong(
            "Lower it, too: decay makes everything smaller",
            "It leaves alpha out. What alpha does is its answer to smaller weights.",
        ),
        wrong(
            "Nothing: alpha is left out",
            "Left out of the decay, yes. But it learns in a network whose weights have changed.",
        ),
    ),
    "thirty layers": ask(
        "Xavier's weights have variance 1/n, He's 2/n. After 30 layers of ReLU, how large is the "
        "standard deviation of the signal with Xavier's, compared with He's?",
        wrong("About half", "A factor of 2 in the variance, but once a layer, 30 times over."),
        wrong("About a thirtieth", "Layers multiply, they do not add."),
        wrong("The same: only the first layer counts", "Each layer hands on what it received."),
        right(
            "About 1 / 30,000",
            "A factor of sqrt(2) in each of 30 layers: sqrt(2)^30 is about 33,000.",
        ),
    ),
}

register(QUESTIONS)
