"""The views: one module a lesson, one class a view."""

from utils.explorers.learning_alpha import AlphaExplorer, DecayExplorer, SignExplorer
from utils.explorers.prelu import ParameterExplorer, PReLUExplorer

__all__ = ["AlphaExplorer", "DecayExplorer", "PReLUExplorer", "ParameterExplorer", "SignExplorer"]
