def my_unit_move(x, y, w, b, learning_rate):
    z = w * x + b
    each = 2 * (np.maximum(z, 0) - y) * (z > 0)
    return -learning_rate * np.array([np.mean(each * x), np.mean(each)])
