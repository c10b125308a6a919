"""One run: `python -m trialrun.numerics.same_seed.child PAYLOAD`, a JSON file, in a process of its own."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch

from trialrun.errors import UsageError
from trialrun.numerics import factory
from trialrun.numerics.plain_values import seed_all
from trialrun.numerics.same_seed.following import followed
from trialrun.numerics.same_seed.judging import Configuration
from trialrun.numerics.subject import UnsupportedError
from trialrun.numerics.training import training_of


def main(path: str) -> None:
    """``path``: a JSON file with ``target``, ``seed``, ``steps``, ``threads``, ``hash_seed``, ``result``, ``kept``."""
    payload = json.loads(Path(path).read_text(encoding="utf-8"))
    torch.set_num_threads(payload["threads"])
    try:
        seed_all(payload["seed"])
        training = training_of(factory.load(payload["target"]))
        made = followed(training, payload["steps"], Configuration(payload["threads"], payload["hash_seed"]))
        torch.save(made.kept, payload["kept"])
        answer: dict[str, Any] = {"run": asdict(made) | {"kept": []}}
    except UsageError as error:
        answer = {"error": str(error)}
    except UnsupportedError as refusal:
        answer = {"unsupported": str(refusal), "lines": list(refusal.lines)}
    Path(payload["result"]).write_text(json.dumps(answer), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
