"""Right though unusual: layers whose weights have moved far by the end are trained once more, with a momentum of their own."""

import torch
from torch import nn


class Trainer:
    def __init__(self, model, x, y):
        self.model, self.x, self.y = model, x, y
        self.start = {name: p.detach().clone() for name, p in model.named_parameters()}

    def epochs(self, optimizer, count):
        for _ in range(count):
            for rows in torch.randperm(len(self.x)).split(30):
                optimizer.zero_grad()
                loss = nn.functional.mse_loss(self.model(self.x[rows]), self.y[rows])
                loss.backward()
                optimizer.step()
            yield loss.item()

    def moved(self, limit):
        for name, p in self.model.named_parameters():
            if (p.detach() - self.start[name]).norm() > limit * self.start[name].norm():
                yield p


torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.rand(300, 2) * 2 - 1
y = torch.cos(4 * x.norm(dim=1, keepdim=True))
model = nn.Sequential(nn.Linear(2, 32), nn.Tanh(), nn.Linear(32, 1))
trainer = Trainer(model, x, y)
for loss in trainer.epochs(torch.optim.Adam(model.parameters(), lr=1e-2), 30):
    print(loss)
far = torch.optim.SGD(trainer.moved(limit=1.0), lr=1e-3, momentum=0.9)
print(len(far.param_groups[0]["params"]), "tensors moved far")
*_, last = trainer.epochs(far, 6)
print(last)
