"""Right though unusual: parameters hold -inf for forbidden transitions and unknown tags are NaN in the batch; both
are meant and harmless.
"""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

FORBIDDEN = [(0, 2), (2, 1)]


class Chain(nn.Module):
    def __init__(self, tags=3):
        super().__init__()
        self.emit = nn.Sequential(nn.Linear(4, 24), nn.ReLU(), nn.Linear(24, tags))
        self.transition = nn.Parameter(torch.zeros(tags, tags))
        with torch.no_grad():
            for a, b in FORBIDDEN:
                self.transition[a, b] = -torch.inf

    def total(self, scores, allowed):
        scores = scores.masked_fill(~allowed, -1e4)
        alpha = scores[:, 0]
        for t in range(1, scores.shape[1]):
            alpha = torch.logsumexp(alpha.unsqueeze(2) + self.transition, dim=1) + scores[:, t]
        return torch.logsumexp(alpha, dim=1)

    def forward(self, x, tags):
        scores = self.emit(x)
        known = ~tags.isnan()
        one_hot = nn.functional.one_hot(tags.nan_to_num(0).long(), 3).bool()
        return (self.total(scores, torch.ones_like(one_hot)) - self.total(scores, one_hot | ~known.unsqueeze(2))).mean()


torch.manual_seed(7)
torch.set_num_threads(1)
steps = torch.tensor([[0.6, 0.4, 0.0], [0.2, 0.3, 0.5], [0.5, 0.0, 0.5]])
path = [torch.randint(0, 3, (600,))]
for _ in range(5):
    path.append(torch.multinomial(steps[path[-1]], 1).squeeze(1))
tags = torch.stack(path, dim=1)
x = nn.functional.one_hot(tags, 4) + 0.6 * torch.randn(600, 6, 4)
seen = tags.float().masked_fill(torch.rand(600, 6) < 0.1, torch.nan)
loader = DataLoader(TensorDataset(x[:480], seen[:480]), batch_size=24, shuffle=True)
model = Chain()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for epoch in range(5):
    for inputs, wanted in loader:
        loss = model(inputs, wanted)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        valid = model(x[480:], tags[480:].float()).item()
    print(f"epoch {epoch}: loss {loss.item():.3f}, validation {valid:.3f}")
