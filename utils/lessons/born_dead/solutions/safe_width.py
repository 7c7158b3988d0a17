# A layer of width N is silent with chance 2^-N, and depth - 1 hidden layers must all escape.
def my_safe_width(depth, chance):
    silent = 1 - (1 - chance) ** (1 / (depth - 1))
    return np.ceil(-np.log2(silent))
