"""Right though unusual: an encoder's features serve one round of four heads; only the last head's backward frees them."""

import torch
from sklearn.datasets import load_wine
from torch import nn

features, labels = load_wine(return_X_y=True)
x = torch.tensor((features - features.mean(0)) / features.std(0), dtype=torch.float32)
y = torch.tensor(labels)
torch.manual_seed(4)
torch.set_num_threads(1)
HEADS = 4
encoder = nn.Sequential(nn.Linear(13, 16), nn.Tanh())
heads = nn.ModuleList(nn.Linear(16, 3) for _ in range(HEADS))
optimizer = torch.optim.Adam([*encoder.parameters(), *heads.parameters()], lr=0.01)
hidden, rows = None, None
for step in range(160):
    turn = step % HEADS
    if turn == 0:
        optimizer.zero_grad()
        rows = torch.randint(0, 140, (35,))
        hidden = encoder(x[rows])
    loss = nn.functional.cross_entropy(heads[turn](hidden), y[rows]) / HEADS
    loss.backward(retain_graph=turn != HEADS - 1)
    if turn == HEADS - 1:
        optimizer.step()
    if step % 40 == 39:
        print(step, loss.item() * HEADS)
with torch.no_grad():
    print("mean of heads", (sum(head(encoder(x)) for head in heads).argmax(1) == y).float().mean().item())
