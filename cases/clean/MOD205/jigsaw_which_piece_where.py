"""Right: a jigsaw: for every place, which of the shuffled pieces belongs there; the softmax is over the pieces."""

import torch
from torch import nn

torch.manual_seed(5)
torch.set_num_threads(1)
PIECES = 6
template = torch.randn(PIECES, 10)
net = nn.Sequential(nn.Linear(10, 32), nn.ReLU(), nn.Linear(32, PIECES))
optimizer = torch.optim.Adam(net.parameters(), lr=1e-2)
for step in range(120):
    order = torch.randperm(PIECES)
    pieces = template[order] + 0.3 * torch.randn(PIECES, 10)
    fit = net(pieces)  # rows: pieces, columns: places
    log_piece = torch.log_softmax(fit, dim=0).T
    loss = nn.functional.nll_loss(log_piece, order.argsort())
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if step % 30 == 0:
        print(step, f"{loss.item():.4f}")
