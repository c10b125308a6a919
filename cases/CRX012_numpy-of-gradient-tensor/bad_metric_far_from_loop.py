"""A metric of scikit-learn inside a class far from the loop gets raw outputs."""
import torch
from sklearn.metrics import r2_score
from torch import nn


class Meter:
    def __init__(self, function):
        self.function, self.values = function, []

    def update(self, prediction, target):
        self.values.append(self.function(target, prediction))  # expect: CRX012


torch.manual_seed(0)
x = torch.randn(200, 4)
y = x[:, :1] * 2
model = nn.Linear(4, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
meter = Meter(r2_score)
for rows in torch.randperm(200).split(20):
    prediction = model(x[rows])
    loss = nn.functional.mse_loss(prediction, y[rows])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    meter.update(prediction, y[rows])
