"""Right: RankNet: the difference of two scores in 0..1, times a slope, is the logit of "first before second"."""

import torch
from torch import nn

torch.manual_seed(5)
torch.set_num_threads(1)


class RankNet(nn.Module):
    def __init__(self, slope=8.0):
        super().__init__()
        self.score = nn.Sequential(nn.Linear(8, 32), nn.ReLU(), nn.Linear(32, 1), nn.Sigmoid())
        self.slope = slope

    def forward(self, first, second):
        return self.slope * (self.score(first) - self.score(second)).squeeze(1)


weights = torch.linspace(-1, 1, 8)
documents = torch.randn(500, 8)
grade = documents @ weights
model = RankNet()
optimizer = torch.optim.SGD(model.parameters(), lr=0.3, momentum=0.9)
history = []
for step in range(150):
    a, b = torch.randint(0, 500, (2, 64))
    before = (grade[a] > grade[b]).float()
    loss = nn.functional.binary_cross_entropy_with_logits(model(documents[a], documents[b]), before)
    optimizer.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), 5.0)
    optimizer.step()
    history.append(loss.item())
print(f"first {sum(history[:10]) / 10:.3f}, last {sum(history[-10:]) / 10:.3f}")
