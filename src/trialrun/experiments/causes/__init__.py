"""The experiments, one a file: control, variants, comparison."""

from trialrun.experiments.causes.aligned_shapes import AlignedShapes
from trialrun.experiments.causes.cleared_gradients import ClearedGradients
from trialrun.experiments.causes.included_parameters import IncludedParameters
from trialrun.experiments.causes.learning_rate import LearningRate
from trialrun.experiments.causes.skipped_activation import SkippedActivation
from trialrun.experiments.causes.softmax_over_classes import SoftmaxOverClasses
from trialrun.experiments.laboratory import Cause

# In this order: those that tell the most about a program that does not learn come first.
ALL: tuple[Cause, ...] = (
    ClearedGradients(),
    AlignedShapes(),
    IncludedParameters(),
    SkippedActivation(),
    SoftmaxOverClasses(),
    LearningRate(),
)
