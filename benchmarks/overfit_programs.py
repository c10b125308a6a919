"""Forty right programs and what is true of each when one update window of it is repeated, fixed before a measurement.

``OVERFIT`` holds all of ``OWN`` and ``PUBLIC_*`` and fifteen more, ``ADDED``, also under ``tests/programs``.
The truths come from the programs themselves: every program of ours learns when it is run in full.
``ESTIMATED`` are those that a predicted duration is compared with; a bare run of each takes 20 to 90 s on two cores.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from programs import OWN, PUBLIC_EXAMPLES, PUBLIC_NANOGPT, Program

Truth = Literal["learns", "skip", "either"]


@dataclass(frozen=True)
class Known:
    """What the overfit stage has to say of a program; "not learnt" is false of every one.

    ``learns``: its verdict has to be "learnt" or "learning". ``skip``: no honest verdict exists, so it has to be
    skipped with its reason. ``either``: both are honest.
    """

    program: Program
    collection: Literal["own", "examples", "nanogpt"]  # whose folder the program lies in
    truth: Truth
    because: str


ADDED = (
    Program("accumulation by enumerate, autocast", ".", ("digits_half.py",), "done: val acc"),
    Program("warm-up by hand, tied weights", ".", ("letters_tied.py",), "done: "),
    Program("dict batch popped, patience", ".", ("wine_two_tasks.py",), "done: joint loss"),
    Program("batch divided in place", ".", ("photo_patches.py", "--epochs", "25"), "done: "),
    Program("mixup, one cycle, workers", ".", ("mixup_workers.py",), "done: averaged weights reach"),
    Program("itertools.cycle, contrastive", ".", ("views_infonce.py",), "done: neighbours"),
    Program("NumPy generator, Gaussian NLL", ".", ("tide_nll.py",), "done: "),
    Program("data_iter, SGD by hand", ".", ("linear_scratch.py",), "done: weights off by"),
    Program("REINFORCE", ".", ("harbour_reinforce.py",), "done: "),
    Program("while loss > tol", ".", ("pendulum_while.py",), "done: "),
    Program("hidden state carried over", ".", ("lorenz_stateful.py",), "done: error"),
    Program("linear model, averaged SGD", ".", ("diabetes_averaged.py",), "done: test error"),
    Program("torch.Generator, Adam by hand", ".", ("temple_adam.py",), "done: painted at"),
    Program("two optimisers, one loss", ".", ("pixels_factorised.py",), "done: hidden pixels off by"),
    Program("graph, full batch", ".", ("digits_graph.py",), "done: "),
)

_PUBLIC = {program.name: program for program in (*PUBLIC_EXAMPLES, *PUBLIC_NANOGPT)}
_OURS = {program.name: program for program in (*OWN, *ADDED)}


def _own(name: str, truth: Truth, because: str) -> Known:
    return Known(_OURS[name], "own", truth, because)


def _public(name: str, truth: Truth, because: str) -> Known:
    return Known(_PUBLIC[name], "nanogpt" if name == "nanoGPT" else "examples", truth, because)


OVERFIT = (
    _own("for", "learns", "32 labelled images, dropout to be turned off"),
    _own("while True, get_batch", "learns", "the batch is drawn in the body, one iteration ahead; warm-up starts at 0"),
    _own("enumerate, tqdm, zip", "learns", "the floor is not 0: a small network cannot repeat all of the noise"),
    _own("cycled generator", "learns", "the items come from a generator over the loader"),
    _own("accumulation", "learns", "a window is four micro-batches, and the last of an epoch may be shorter"),
    _own("hand-written updates", "learns", "no optimiser; the velocities are state as well"),
    _own("L-BFGS closure", "either", "a penalty in the loss, 340 noisy targets for 73 weights: unknown floor"),
    _own("two optimisers (GAN)", "skip", "a game of two networks has no floor"),
    _own("one optimiser a layer", "either", "each layer has a loss and a step of its own: no single loss to follow"),
    _own("class-based trainer", "learns", "the same method runs training and validation"),
    _own("k-fold", "learns", "the loop is met five times, each with a new model"),
    _own("IterableDataset", "learns", "items come from a stream with a generator of its own"),
    _own("worker processes", "learns", "augmentation happens in the workers, so the items themselves are held"),
    _own("sys.exit at the end", "skip", "a VAE: the floor of its bound is unknown"),
    _own("exec of a config", "learns", "lists to sort are drawn in the body"),
    _own("package, with -m", "learns", "the training loop is in another module"),
    _own("package, by a script", "learns", "the training loop is in another module"),
    _own("environment before torch", "learns", "several labels each; BatchNorm, dropout, one cycle"),
    _own("accumulation by enumerate, autocast", "learns", "(i + 1) % 4, scaled loss; label smoothing: floor 0.28"),
    _own("warm-up by hand, tied weights", "learns", "lr(self.step) starts at 0; the count is the trainer's attribute"),
    _own("dict batch popped, patience", "learns", "the body takes keys out of its batch; two losses are added"),
    _own("batch divided in place", "learns", "x.div_(255): a batch used twice as it is would be black"),
    _own("mixup, one cycle, workers", "learns", "soft labels: the floor is their entropy; the share is NumPy's draw"),
    _own(
        "itertools.cycle, contrastive",
        "learns",
        "two random views of 128 images, drawn in the body",
    ),
    _own("NumPy generator, Gaussian NLL", "learns", "rng.integers in the body; the loss goes negative"),
    _own("data_iter, SGD by hand", "learns", "the loop inside the generator is a source; noise leaves a small floor"),
    _own("REINFORCE", "skip", "the sign and size of a policy-gradient loss say nothing of the policy"),
    _own("while loss > tol", "learns", "the loop ends by its own loss, which repeats bring down early"),
    _own("hidden state carried over", "either", "it learns, but what enters depends on the steps before"),
    _own("linear model, averaged SGD", "either", "ten weights cannot repeat 32 noisy targets"),
    _own("torch.Generator, Adam by hand", "learns", "pixels drawn in the body; moments and count are state"),
    _own("two optimisers, one loss", "learns", "no game: two optimisers step on one loss, one of them sparse"),
    _own("graph, full batch", "learns", "the whole graph is the batch; decay and dropout to be turned off"),
    _public("examples/mnist", "learns", "64 images, Adadelta at 1.0"),
    _public("examples/regression", "learns", "exact targets; its loop ends by its own loss"),
    _public("examples/time_sequence_prediction", "either", "15 steps of L-BFGS, seconds each, are the whole run"),
    _public("examples/vae", "skip", "a VAE: the floor of its bound is unknown"),
    _public("examples/word_language_model", "either", "it learns, but the hidden state depends on the steps before"),
    _public("examples/mnist_forward_forward", "either", "each layer is trained in turn, on a loss of its own"),
    _public("nanoGPT", "learns", "warm-up starts at 0, get_batch one iteration ahead"),
)

# One of each kind of loop, because a duration is made up differently in each.
ESTIMATED = (
    _OURS["batch divided in place"],  # DataLoader epochs, validated and saved after each
    _OURS["warm-up by hand, tied weights"],  # counts steps with `while`, evaluates and saves every so often
    _OURS["accumulation by enumerate, autocast"],  # an update every fourth batch
    _OURS["mixup, one cycle, workers"],  # batches from worker processes, which start anew each epoch
    _OURS["graph, full batch"],  # an update and an evaluation an epoch, no batches
    _OURS["torch.Generator, Adam by hand"],  # no optimiser, no loader
)
