my_smallest_slope = min(slope for slope, found in tried.items() if found.min() >= 0.8)
