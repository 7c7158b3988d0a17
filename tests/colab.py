"""Runs the lessons as Colab would: its packages, its old ipywidgets, and the README's own cell."""
