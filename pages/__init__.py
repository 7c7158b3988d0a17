"""The lessons as pages that need no Python: `python start.py site`."""
