my_power = np.log2(few / many)
