"""Right: Sinkhorn: a square score matrix is normalised over rows and columns in turn and compared with a permutation."""

import torch
from torch import nn


class Matcher(nn.Module):
    def __init__(self, rounds):
        super().__init__()
        self.left, self.right = nn.Linear(6, 16), nn.Linear(6, 16)
        self.rounds = rounds

    def forward(self, a, b):
        log_p = 2 * self.left(a) @ self.right(b).T / 4
        for _ in range(self.rounds):
            log_p = torch.log_softmax(log_p, dim=1)
            log_p = torch.log_softmax(log_p, dim=0)
        return log_p.exp()


torch.manual_seed(6)
torch.set_num_threads(1)
model = Matcher(4)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
mix = torch.linalg.qr(torch.randn(6, 6)).Q
for step in range(150):
    a = torch.randn(9, 6)
    order = torch.randperm(9)
    b = (a @ mix)[order]
    permutation = torch.eye(9)[order.argsort()]
    loss = nn.functional.mse_loss(model(a, b), permutation)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if step % 50 == 0:
        print(step, f"{loss.item():.4f}")
