grad_w, grad_b = dying.unit_gradients(dying.single_unit(1.0, 1.5), line_x, line_y)


def dies(rate):
    new_w, new_b = 1.0 - rate * grad_w, 1.5 - rate * grad_b
    return new_b <= -2 * abs(new_w)


my_deadly_rate = next(rate for rate in np.arange(0, 2, 0.001) if dies(rate))
