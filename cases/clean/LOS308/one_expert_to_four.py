"""Experts that answer the same for all patients, and a referee who chooses among them: one expert, two, four."""

from dataclasses import dataclass

import torch
from sklearn.datasets import load_breast_cancer
from torch import Tensor, nn

torch.manual_seed(0)
torch.set_num_threads(1)
features, diagnosis = load_breast_cancer(return_X_y=True)
features = torch.tensor(features, dtype=torch.float32)
features = (features - features.mean(0)) / features.std(0)
diagnosis = torch.tensor(diagnosis)
order = torch.randperm(len(diagnosis))


@dataclass
class Setting:
    experts: int
    epochs: int = 8
    rate: float = 2e-2


class Referee(nn.Module):
    def __init__(self, setting: Setting) -> None:
        super().__init__()
        self.ask = nn.Sequential(nn.Linear(30, 16), nn.ReLU(), nn.Linear(16, setting.experts))
        self.opinions = nn.Linear(setting.experts, 2, bias=False)

    def forward(self, patients: Tensor) -> Tensor:
        return self.opinions(torch.softmax(self.ask(patients), dim=-1))


def fit(setting: Setting) -> tuple[float, float]:
    model = Referee(setting)
    optimizer = torch.optim.Adam(model.parameters(), lr=setting.rate)
    for _ in range(setting.epochs):
        for rows in order[:450].split(45):
            loss = nn.functional.cross_entropy(model(features[rows]), diagnosis[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    with torch.no_grad():
        scores = model(features[order[450:]])
    right = (scores.argmax(1) == diagnosis[order[450:]]).float().mean().item()
    return nn.functional.cross_entropy(scores, diagnosis[order[450:]]).item(), right


for count in (1, 2, 4):
    print(count, *(round(number, 3) for number in fit(Setting(count))))
