def my_deadly_bias(x, w):
    return -np.max(x @ w)
