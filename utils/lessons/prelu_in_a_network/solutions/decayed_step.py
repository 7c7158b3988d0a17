def my_decayed_step(w, alpha, grad_w, grad_alpha, rate, decay):
    new_w = w - rate * (grad_w + decay * w)
    new_alpha = alpha - rate * grad_alpha
    return new_w, new_alpha
