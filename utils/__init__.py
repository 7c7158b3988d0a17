"""What the lessons import: the mathematics first, then the pictures, then the controls."""
