"""Right: multiple-instance learning: the bag's probability is a noisy or, whose log-odds meet the logistic loss."""

import torch
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits, logsigmoid


def bag_logit(scores):
    """log p - log(1 - p) of "at least one instance is positive"."""
    none = logsigmoid(-scores).sum(1)
    return torch.log(-torch.expm1(none.clamp(max=-1e-6))) - none


torch.manual_seed(4)
torch.set_num_threads(1)
bags = torch.randn(320, 5, 4)
positive = ((bags[..., 0] + bags[..., 1]) > 2.0).any(1).float()
score = nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 1))
nn.init.constant_(score[-1].bias, -1.5)
optimizer = torch.optim.RMSprop(score.parameters(), lr=5e-3)
for step in range(120):
    rows = torch.randint(0, 320, (32,))
    loss = binary_cross_entropy_with_logits(bag_logit(score(bags[rows]).squeeze(-1)), positive[rows])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if step % 30 == 0:
        with torch.no_grad():
            chance = 1 - (1 - torch.sigmoid(score(bags)).squeeze(-1)).prod(1)
        print(step, f"{loss.item():.3f}", ((chance > 0.5).float() == positive).float().mean().item())
