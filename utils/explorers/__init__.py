"""The views: one module a lesson, one class a view."""

from utils.explorers.born_dead import BornDeadExplorer, RaceExplorer
from utils.explorers.digits import AlphaDecayExplorer, DigitsExplorer, SignalExplorer
from utils.explorers.dying import (
    FiringExplorer,
    LayerExplorer,
    PlateauExplorer,
    RescueExplorer,
    SleepExplorer,
)
from utils.explorers.learning_alpha import AlphaExplorer, DecayExplorer, SignExplorer
from utils.explorers.prelu import ParameterExplorer, PReLUExplorer
from utils.explorers.relu import (
    GradientExplorer,
    HandFitExplorer,
    HingeExplorer,
    KinkExplorer,
    SpeedExplorer,
    StackExplorer,
    UnitExplorer,
)

__all__ = [
    "AlphaExplorer",
    "DecayExplorer",
    "PReLUExplorer",
    "ParameterExplorer",
    "SignExplorer",
    "GradientExplorer",
    "HandFitExplorer",
    "HingeExplorer",
    "KinkExplorer",
    "SpeedExplorer",
    "StackExplorer",
    "UnitExplorer",
    "FiringExplorer",
    "LayerExplorer",
    "PlateauExplorer",
    "RescueExplorer",
    "SleepExplorer",
    "BornDeadExplorer",
    "RaceExplorer",
    "AlphaDecayExplorer",
    "DigitsExplorer",
    "SignalExplorer",
]
