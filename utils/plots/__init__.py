"""How the lessons look, and what they draw: `style` for all of them, then a module a lesson.

A draw_* function takes an `ax`, or several by name, labels them, and returns what changes later.
"""
