"""The experiments, one a file: control, variants, comparison."""

from trialrun.experiments.causes.half_batches import HalfBatches
from trialrun.experiments.causes.learning_rate import LearningRate
from trialrun.experiments.causes.permuted_samples import PermutedSamples
from trialrun.experiments.causes.zeroed_inputs import ZeroedInputs
from trialrun.experiments.laboratory import Cause

# In this order: those that tell the most about a program that does not learn come first.
ALL: tuple[Cause, ...] = (PermutedSamples(), ZeroedInputs(), HalfBatches(), LearningRate())
