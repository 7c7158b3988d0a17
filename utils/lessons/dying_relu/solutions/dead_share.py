def my_dead_share(z):
    return np.mean(np.all(z <= 0, axis=0))
