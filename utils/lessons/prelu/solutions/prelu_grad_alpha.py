def my_prelu_grad_alpha(x):
    return np.where(x > 0, 0, x)
