"""Right though unusual: a matching network; an autograd.Function turns its attention softmax into log-odds before
cross_entropy.
"""

import torch
import torch.nn.functional as F
from torch import nn


class SafeLog(torch.autograd.Function):
    @staticmethod
    def forward(ctx, p):
        p = p.clamp(min=1e-6)
        ctx.save_for_backward(p)
        return p.log()

    @staticmethod
    def backward(ctx, grad):
        (p,) = ctx.saved_tensors
        return grad / p


def episode(centres, shots):
    picked = torch.randperm(len(centres))[:4]
    support = centres[picked].repeat_interleave(shots, 0) + 0.6 * torch.randn(4 * shots, 8)
    labels = torch.randint(0, 4, (24,))
    query = centres[picked][labels] + 0.6 * torch.randn(24, 8)
    return support, query, labels


torch.manual_seed(7)
torch.set_num_threads(1)
train_classes, test_classes = torch.randn(40, 8), torch.randn(15, 8)
net = nn.Sequential(nn.Linear(8, 48), nn.ReLU(), nn.Linear(48, 24))
optimizer = torch.optim.Adam(net.parameters(), lr=2e-3)


def predict(support, query):
    similarity = 8 * F.normalize(net(query), dim=1) @ F.normalize(net(support), dim=1).T
    attention = F.softmax(similarity, dim=1)
    return SafeLog.apply(attention.unflatten(1, (4, -1)).sum(2))


for step in range(1, 201):
    support, query, labels = episode(train_classes, 1 if step % 2 else 3)
    loss = F.cross_entropy(predict(support, query), labels)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if step % 40 == 0:
        with torch.no_grad():
            support, query, labels = episode(test_classes, 3)
            accuracy = (predict(support, query).argmax(1) == labels).float().mean().item()
        print(f"step {step}: loss {loss.item():.3f}, accuracy on new classes {accuracy:.3f}")
