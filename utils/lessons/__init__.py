"""The lessons, a folder each: what they measure, draw, move, ask and check."""
