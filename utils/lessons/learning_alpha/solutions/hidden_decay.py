c = np.mean(2 * np.minimum(other_x, 0) ** 2)
# 0.2 = 0.5 c / (c + decay), solved for the decay
my_decay = c * (0.5 / 0.2 - 1)
