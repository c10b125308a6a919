"""The experiments, one a file: control, variants, comparison."""

from trialrun.experiments.causes.initialisation import Initialisation
from trialrun.experiments.causes.input_scale import InputScale
from trialrun.experiments.causes.learning_rate import LearningRate
from trialrun.experiments.laboratory import Cause

# In this order: those that tell the most about a program that does not learn come first.
ALL: tuple[Cause, ...] = (InputScale(), Initialisation(), LearningRate())
