"""Right though unusual: each parameter steps and frees its gradient within backward; the outer step finds nothing."""

import torch
from torch import nn


class Trainer:
    def __init__(self, model, rate):
        self.model = model
        self.outer = torch.optim.SGD(model.parameters(), lr=rate)  # its rate is what the hooks read
        self.schedule = torch.optim.lr_scheduler.CosineAnnealingLR(self.outer, T_max=120)
        for parameter in model.parameters():
            parameter.register_post_accumulate_grad_hook(self.descend)

    def descend(self, parameter):
        with torch.no_grad():
            parameter -= self.outer.param_groups[0]["lr"] * parameter.grad
        parameter.grad = None

    def fit(self, batches):
        for step, (x, y) in enumerate(batches):
            loss = nn.functional.huber_loss(self.model(x), y)
            loss.backward()
            self.outer.step()
            self.schedule.step()
            if step % 30 == 29:
                print(f"step {step + 1}: {loss.item():.4f}")


def stream(count):
    for _step in range(count):
        x = torch.rand(64, 3)
        yield x, (x[:, :1] * x[:, 1:2] - x[:, 2:])


torch.manual_seed(0)
torch.set_num_threads(1)
Trainer(nn.Sequential(nn.Linear(3, 32), nn.Tanh(), nn.Linear(32, 1)), rate=0.3).fit(stream(120))
