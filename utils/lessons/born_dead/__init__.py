"""Lesson 02, parts 5 and 6: networks that are dead before their first step."""

from utils.lessons.born_dead.explorers import (
    BornDeadExplorer,
    RaceExplorer,
)
