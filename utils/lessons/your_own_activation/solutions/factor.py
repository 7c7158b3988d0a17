def my_factor(values):
    return 1 / np.sqrt(np.mean(values**2))
