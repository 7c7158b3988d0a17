def my_unit_grad(x, w, b):
    return np.where(w * x + b > 0, x, 0)
