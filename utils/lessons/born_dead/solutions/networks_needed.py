# error = sqrt(share (1 - share) / n), turned around
def my_networks_needed(share, error):
    return share * (1 - share) / error**2
