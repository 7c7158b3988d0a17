def my_alpha_step(alpha, x, y, learning_rate):
    error = np.where(x > 0, x, alpha * x) - y
    gradient = np.mean(2 * error * np.minimum(x, 0))
    return alpha - learning_rate * gradient
