"""A regressor with the interface of scikit-learn: `fit` starts from new weights."""

import torch
from torch import nn


class Regressor:
    def __init__(self, features, width=32, lr=1e-2):
        self.features, self.width = features, width
        self.reset()
        self.optimizer = torch.optim.AdamW(self.net.parameters(), lr=lr)  # expect: OPT502

    def reset(self):
        self.net = nn.ModuleDict(
            {"in": nn.Linear(self.features, self.width), "out": nn.Linear(self.width, 1, bias=False)}
        )

    def predict(self, x):
        return self.net["out"](torch.tanh(self.net["in"](x)))

    def fit(self, x, y, steps):
        self.reset()
        step = 0
        while step < steps:
            rows = torch.randint(0, len(x), (40,))
            self.net.zero_grad()
            loss = nn.functional.huber_loss(self.predict(x[rows]), y[rows])
            loss.backward()
            self.optimizer.step()
            step += 1
        return loss.item()


torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(300, 4)
y = x[:, :1] - x[:, 1:2].square()
regressor = Regressor(4)
print(f"loss {regressor.fit(x, y, 60):.3f}")
