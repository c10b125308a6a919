"""Right though unusual: one trainer for a teacher with dropout and for its student, which has none to switch."""

import torch
from torch import nn
from torch.nn.functional import cross_entropy, kl_div, log_softmax, softmax

torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(700, 10)
y = (x[:, 0] + x[:, 1] * x[:, 2] > 0).long()


class Trainer:
    def __init__(self, net, loss_of, lr):
        self.net, self.loss_of = net, loss_of
        self.optimizer = torch.optim.AdamW(net.parameters(), lr=lr)

    def epoch(self):
        for rows in torch.randperm(600).split(50):
            self.optimizer.zero_grad()
            loss = self.loss_of(self.net, x[rows], y[rows])
            loss.backward()
            self.optimizer.step()

    def accuracy(self):
        self.net.eval()
        with torch.no_grad():
            return (self.net(x[600:]).argmax(1) == y[600:]).float().mean().item()


def hard(net, inputs, labels):
    return cross_entropy(net(inputs), labels)


teacher = nn.Sequential(nn.Linear(10, 64), nn.ReLU(), nn.Dropout(0.3), nn.Linear(64, 2))
trainer = Trainer(teacher, hard, lr=1e-2)
for epoch in range(5):
    teacher.train()
    trainer.epoch()
    print(f"teacher {epoch}: {trainer.accuracy():.2f}")


def soft(net, inputs, labels):
    teacher.eval()
    with torch.no_grad():
        wanted = softmax(teacher(inputs) / 2, 1)
    return kl_div(log_softmax(net(inputs) / 2, 1), wanted, reduction="batchmean") * 4 + 0.3 * hard(net, inputs, labels)


student = nn.Sequential(nn.Linear(10, 16), nn.LayerNorm(16), nn.ReLU(), nn.Linear(16, 2))
trainer = Trainer(student, soft, lr=1e-2)
for epoch in range(5):
    trainer.epoch()
    print(f"student {epoch}: {trainer.accuracy():.2f}")
