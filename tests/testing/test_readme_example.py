from __future__ import annotations

import re
import textwrap
from pathlib import Path
from typing import Any

import torch
from torch import nn

from tests.testing import models


class Net(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.encoder, self.rest = nn.Linear(8, 8).requires_grad_(False), models.perceptron()

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        return self.rest(self.encoder(inputs))


def test_the_readme_s_example_runs() -> None:
    text = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    section = text.split("## In your own tests\n")[1].split("\n## ")[0]
    block = textwrap.dedent("\n".join(re.findall(r"^(?: {4}.*)?$", section, flags=re.MULTILINE)))
    names: dict[str, Any] = {
        "make_net": Net,
        "make_batch": models.batch,
        "loss": models.cross_entropy,
        "make_training": models.Training,
    }
    exec(compile(block, "README.md", "exec"), names)
    names["test_net"]()
