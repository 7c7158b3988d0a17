def my_prelu_std(inputs, alpha):
    return np.sqrt(2 / ((1 + alpha**2) * inputs))
