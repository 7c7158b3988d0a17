def my_softplus_grad(x):
    return 1 / (1 + np.exp(-x))
