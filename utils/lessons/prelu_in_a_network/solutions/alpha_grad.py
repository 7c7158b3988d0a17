def my_alpha_grad(x, grad):
    return np.sum(grad * np.minimum(x, 0))
