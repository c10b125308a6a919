"""The experiments, one a file: control, variants, comparison."""

from trialrun.experiments.causes.accumulation import Accumulation
from trialrun.experiments.causes.aligned_shapes import AlignedShapes
from trialrun.experiments.causes.batch_size import BatchSize
from trialrun.experiments.causes.cleared_gradients import ClearedGradients
from trialrun.experiments.causes.clipped_gradient import ClippedGradient
from trialrun.experiments.causes.float32_weights import Float32Weights
from trialrun.experiments.causes.half_batches import HalfBatches
from trialrun.experiments.causes.included_parameters import IncludedParameters
from trialrun.experiments.causes.initialisation import Initialisation
from trialrun.experiments.causes.input_scale import InputScale
from trialrun.experiments.causes.learning_rate import LearningRate
from trialrun.experiments.causes.loss_scaling import LossScaling
from trialrun.experiments.causes.permuted_samples import PermutedSamples
from trialrun.experiments.causes.regularisation import Regularisation
from trialrun.experiments.causes.resumed_training import ResumedTraining
from trialrun.experiments.causes.same_again import SameAgain
from trialrun.experiments.causes.sample_replaced import SampleReplaced
from trialrun.experiments.causes.skipped_activation import SkippedActivation
from trialrun.experiments.causes.softmax_over_classes import SoftmaxOverClasses
from trialrun.experiments.causes.warm_up import WarmUp
from trialrun.experiments.causes.zeroed_inputs import ZeroedInputs
from trialrun.experiments.laboratory import Cause

# In this order: those that every program pays for, which are short, then those for a suspicion that has one fix, and
# last those that may use up the time there is.
ALL: tuple[Cause, ...] = (
    SameAgain(),
    SampleReplaced(),
    BatchSize(),
    PermutedSamples(),
    ZeroedInputs(),
    HalfBatches(),
    Accumulation(),
    ResumedTraining(),
    ClearedGradients(),
    AlignedShapes(),
    IncludedParameters(),
    SkippedActivation(),
    SoftmaxOverClasses(),
    Regularisation(),
    InputScale(),
    Initialisation(),
    ClippedGradient(),
    LossScaling(),
    Float32Weights(),
    LearningRate(),
    WarmUp(),
)
