"""The questions about PReLU in a network."""

from utils.questions import ask, register, right, wrong

QUESTIONS = {
    "who wins the race": ask(
        "Well-chosen settings, five seeds; for each, the same first weights and the same batches. "
        "Which network names the most test digits right, after 10 epochs and after 30?",
        wrong(
            "PReLU, clearly: it can do more",
            "It gets its training loss lower. After 30 epochs the test digits do not reward that.",
        ),
        wrong(
            "ReLU: the simplest one overfits least",
            "On average over the five seeds it is behind PReLU after 10 epochs.",
        ),
        right(
            "None for sure: another seed may change more than another network",
            "On average PReLU is ahead of ReLU after 10 epochs, behind after 30, each time by less "
            "than a point. Two seeds may lie more than a point apart.",
        ),
        wrong(
            "PReLU, by about one point, as in the paper",
            "That was a deeper network, with 1.2 million images to learn from. Ours has 1437.",
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
        "alpha a layer: where will ours be largest?",
        wrong(
            "In the first layers, as in the paper",
            "The paper's first layer holds filters for edges. Ours sees all pixels at once, and "
            "its alpha is never the largest.",
        ),
        wrong(
            "Nowhere: all stay close to 0.25",
            "So it is on average with one alpha for each unit. A shared one hears all units, and "
            "moves.",
        ),
        right(
            "In another layer with each seed",
            "From seed to seed they differ more than from layer to layer. On average over the "
            "seeds the last layer's is larger than the first one's.",
        ),
    ),
    "decay on the weights": ask(
        "Alpha decay pulls at the alphas alone, and brings them down. Weight decay pulls at the "
        "weights and biases alone. What will a weight decay of 0.01 do to the alphas?",
        right("Raise them", "Smaller weights shrink the signal, and larger slopes make up for it."),
        wrong(
            "Lower them, too: decay makes everything smaller",
            "It leaves the alphas out. What they do is their answer to smaller weights.",
        ),
        wrong(
            "Nothing: the alphas are left out",
            "Left out of the decay, yes. But they learn in a network whose weights have changed.",
        ),
    ),
    "thirty layers": ask(
        "In layers of equal width n, Xavier's weights have variance 1/n, He's 2/n. After 30 layers "
        "of ReLU, how large is the standard deviation of the signal with Xavier's, compared with "
        "He's?",
        wrong("About half", "A factor of 2 in the variance, but once a layer, 30 times over."),
        wrong("About a thirtieth", "Layers multiply, they do not add."),
        wrong("The same: only the first layer counts", "Each layer hands on what it received."),
        right("About 1 / 33,000", "A factor of sqrt(2) in each of 30 layers: sqrt(2)^30 = 32,768."),
    ),
    "alphas in AdamW": ask(
        "You train this network in PyTorch with torch.optim.AdamW(network.parameters()), whose "
        "weight decay is 0.01 unless you set it. What does the decay do to the alphas?",
        wrong(
            "Nothing: PyTorch advises against decay on them",
            "The advice stands in the documentation. The optimiser does not read it.",
        ),
        wrong(
            "Nothing: only weight matrices are decayed",
            "An optimiser gets parameters, and does not ask what they are for.",
        ),
        right(
            "It pulls at them as at every other parameter",
            "All that is handed over together has one decay. Give the alphas a group of their own.",
        ),
        wrong(
            "It sets them to 0",
            "It pulls towards 0, a little at each step. The gradient of the loss pulls, too.",
        ),
    ),
}

register(QUESTIONS)
