"""The programs that every claim is measured on, fixed before a measurement and changed only with its reason.

``OWN`` are the right programs under ``tests/programs``, one for each way of writing a training loop; they deserve no
finding at all. ``PUBLIC`` are programs that other people wrote, run unmodified from a checkout of theirs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Program:
    """One program and how it is started."""

    name: str
    folder: str  # working directory, below the root of its collection
    target: tuple[str, ...]  # what follows `trialrun run`: a script, or -m and a module, and its arguments
    last_words: str  # text that one of its last printed lines begins with
    environment: Mapping[str, str] = field(default_factory=dict)  # set for the bare run and the rehearsal alike


OWN = (
    Program("for", ".", ("digits_mlp.py",), "done: digits read"),
    Program("while True, get_batch", ".", ("characters_while.py",), "done: "),
    Program("enumerate, tqdm, zip", ".", ("denoise_zip.py",), "done: error"),
    Program("cycled generator", ".", ("waves_cycled.py", "--steps", "1200"), "done: wave fitted"),
    Program("accumulation", ".", ("cancer_accumulation.py",), "done: best accuracy"),
    Program("hand-written updates", ".", ("by_hand.py",), "done: wine kinds told apart"),
    Program("L-BFGS closure", ".", ("diabetes_lbfgs.py",), "done: L-BFGS"),
    Program("two optimisers (GAN)", ".", ("ring_gan.py",), "done: ring"),
    Program("one optimiser a layer", ".", ("goodness_layers.py",), "done: local learning"),
    Program("class-based trainer", ".", ("trainer.py",), "done: best validation loss"),
    Program("k-fold", ".", ("iris_kfold.py",), "done: 5 folds"),
    Program("IterableDataset", ".", ("sensor_stream.py",), "done: forecasts off"),
    Program("worker processes", ".", ("flips_workers.py",), "done: "),
    Program("sys.exit at the end", ".", ("patches_vae_exit.py", "--latent", "5"), "done: "),
    Program(
        "exec of a config", "exec_config", ("train.py", "config/small.py", "--epochs=15"), "done: config out-small"
    ),
    Program("package, with -m", "packaged", ("-m", "tides.train", "--epochs", "12"), "done: tide from epoch"),
    Program("package, by a script", "packaged", ("run.py", "--hidden", "24"), "done: tide from epoch"),
    Program("environment before torch", ".", ("settings_first.py",), "done: tags with F1"),
)

# Arguments are the programs' own defaults but for sizes that keep a bare run on two cores within hours, and saving.
PUBLIC_EXAMPLES = (
    Program("examples/mnist", "mnist", ("main.py", "--epochs", "14", "--save-model"), "Test set: Average loss"),
    Program("examples/regression", "regression", ("main.py",), "==> Actual function"),
    Program(
        "examples/time_sequence_prediction",
        "time_sequence_prediction",
        ("train.py", "--steps", "15"),
        "test loss:",
        # Its data file is a pickled NumPy array, which torch.load refuses by default since torch 2.6.
        {"TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD": "1"},
    ),
    Program("examples/vae", "vae", ("main.py", "--epochs", "10"), "====> Test set loss"),
    Program("examples/word_language_model", "word_language_model", ("main.py", "--epochs", "6"), "| End of training"),
    Program("examples/mnist_forward_forward", "mnist_forward_forward", ("main.py", "--epochs", "1000"), "test error:"),
)

PUBLIC_NANOGPT = (
    Program(
        "nanoGPT",
        ".",
        (
            "train.py",
            "config/train_shakespeare_char.py",
            "--device=cpu",
            "--compile=False",
            "--eval_iters=20",
            "--log_interval=1",
            "--block_size=64",
            "--batch_size=12",
            "--n_layer=4",
            "--n_head=4",
            "--n_embd=128",
            "--max_iters=2000",
            "--lr_decay_iters=2000",
            "--dropout=0.0",
        ),
        "iter ",
    ),
)
