"""What belongs to a small experiment, so that it can be stopped, resumed and made again bit for bit?

Trains a small network on handwritten digits and leaves a folder with all of the run: numbers, log, checkpoint, best
weights, report. Copy the whole folder of this file and change data.py and model.py to begin an experiment of your own.

    python examples/own_experiment/train.py              # later: --resume
    trialrun run examples/own_experiment/train.py
"""

from __future__ import annotations

import argparse
import contextlib
from pathlib import Path

import torch

import config as configuration
import data
import report
from config import Config
from log import Log
from training import Training, evaluate

BROKEN = {  # what people do wrong here: --broken NAME makes the mistake, `trialrun run` names it
    "split-twice": "validation images are drawn anew, and most of them are training images",
    "no-eval": "dropout is still on while the model is scored",
    "half-a-checkpoint": "the optimiser's state is not saved, so that a resumed training is another one",
    "schedule-in-epochs": "the schedule is as long as the epochs are many, but steps after each update",
}


def arguments() -> tuple[argparse.Namespace, Config]:
    """Where and how far to run, and the numbers of the run."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("out"), help="folder of the run")
    parser.add_argument("--resume", action="store_true", help="go on with the run in --out, with its numbers")
    parser.add_argument("--stop-after", type=int, metavar="EPOCH", help="end early, as if interrupted")
    parser.add_argument("--like", type=Path, metavar="RUN", help="take the numbers of another run's config.json")
    parser.add_argument("--broken", choices=BROKEN, help="make one of the mistakes that the page tells of")
    configuration.add_flags(parser)
    args = parser.parse_args()
    numbers = configuration.given(args)
    kept_in = args.out if args.resume else args.like
    if kept_in and numbers:
        parser.error(f"{kept_in}/config.json has the numbers of this run: leave out {', '.join(numbers)}")
    return args, configuration.load(kept_in / "config.json") if kept_in else Config(**numbers)


def main() -> None:
    args, config = arguments()
    torch.set_num_threads(config.threads)
    torch.use_deterministic_algorithms(True)
    torch.manual_seed(config.seed)
    splits = data.load(config.broken)
    training = Training(config, splits.train)
    args.out.mkdir(parents=True, exist_ok=True)
    if args.resume:
        training.load(args.out / "last.pt")
    config.save(args.out / "config.json")

    with contextlib.closing(Log(args.out, training.history)) as log:
        for epoch in range(len(training.history) + 1, config.epochs + 1):
            rate = training.schedule.get_last_lr()[0]
            train_loss = training.run_epoch()
            loss, accuracy = evaluate(training.model, splits.valid, config.broken)
            row = {"epoch": epoch, "lr": rate, "train_loss": train_loss, "valid_loss": loss, "valid_accuracy": accuracy}
            training.history.append(row)
            log.write(row)
            if loss == min(each["valid_loss"] for each in training.history):
                torch.save(training.model.state_dict(), args.out / "best.pt")
            training.save(args.out / "last.pt")
            if epoch == 1 or epoch % 5 == 0:
                print(f"epoch {epoch:2d}  train loss {train_loss:.4f}  valid loss {loss:.4f}  {accuracy:.1%} right")
            if epoch == args.stop_after:
                print(f"stopped after epoch {epoch}; go on with: --resume --out {args.out}")
                return

    weights = report.digest(training.model)
    training.model.load_state_dict(torch.load(args.out / "best.pt"))
    test_loss, test_accuracy = evaluate(training.model, splits.test)
    report.write(args.out, config, training.history, (test_loss, test_accuracy), weights)
    (args.out / "weights.sha256").write_text(weights + "\n", encoding="utf-8")
    best = min(training.history, key=lambda row: row["valid_loss"])
    print(f"kept: the weights of epoch {best['epoch']}, valid loss {best['valid_loss']:.4f}")
    print(f"test: loss {test_loss:.4f}, {test_accuracy:.1%} right of {len(splits.test)} images looked at once")
    print(f"report: {args.out / 'report.md'}")
    numbers, state = ((args.out / name).stat().st_size for name in ("config.json", "last.pt"))
    print(
        f"answer: beside the code two files: config.json ({numbers} bytes) to make the run again, last.pt"
        f" ({state / 1e6:.1f} MB) to resume it; ./reproduce.sh does both and compares every bit"
    )


if __name__ == "__main__":
    main()
