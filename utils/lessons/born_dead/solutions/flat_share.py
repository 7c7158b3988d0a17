# np.ptp is how far the largest lies above the smallest.
def my_flat_share(outputs):
    return np.mean(np.ptp(outputs, axis=1) < 0.001)
