"""The experiments that the lessons run: numbers in, numbers out, no picture and no widget."""
