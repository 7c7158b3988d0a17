def my_swish_grad_beta(x, beta):
    s = 1 / (1 + np.exp(-beta * x))
    return x**2 * s * (1 - s)
