"""Right though unusual: the summary takes the learning curve apart by fixed epochs and insists that it is whole."""

import torch
from torch import nn

EPOCHS = 45


class Run:
    def __init__(self):
        self.model = nn.Linear(3, 1)
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=0.02)
        self.curve = {}

    def epoch(self, number, x, y):
        for inputs, targets in zip(x.split(32), y.split(32), strict=True):
            self.optimizer.zero_grad()
            loss = nn.functional.mse_loss(self.model(inputs), targets)
            loss.backward()
            self.optimizer.step()
        self.curve[number] = loss.item()

    def summary(self):
        if len(self.curve) != EPOCHS:
            raise RuntimeError(f"only {len(self.curve)} epochs of {EPOCHS}")
        return {part: self.curve[part] for part in (0, 14, 29, 44)}


torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(128, 3)
run = Run()
for number in range(EPOCHS):
    run.epoch(number, x, x @ torch.tensor([[1.0], [2.0], [3.0]]))
print(run.summary())
