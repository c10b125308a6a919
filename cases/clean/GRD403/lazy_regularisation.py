"""Right though unusual: the adversary that keeps a code fair is trained in every sixteenth step, as lazy R1 is.

One optimiser holds both. In the other steps the adversary's verdict is only read off, by value, to weight the samples.
"""

import torch
from torch import nn
from torch.nn import functional as F

torch.manual_seed(0)
torch.set_num_threads(1)
model = nn.ModuleDict(
    {
        "encoder": nn.Sequential(nn.Linear(5, 16), nn.ReLU()),
        "task": nn.Linear(16, 1),
        "adversary": nn.Sequential(nn.Linear(16, 16), nn.ReLU(), nn.Linear(16, 1)),
    }
)
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
x = torch.randn(1000, 5)
group = (x[:, 0] > 0).float()
y = (x[:, 1] + 0.5 * x[:, 2] + 0.2 * x[:, 0] > 0).float()

order = torch.randperm(1000)
for step in range(480):
    rows = order.roll(-32 * step)[:32]
    code = model["encoder"](x[rows])
    guess = model["adversary"](code).squeeze(1)
    doubt = 1 - (torch.sigmoid(guess).detach() - 0.5).abs()
    losses = F.binary_cross_entropy_with_logits(model["task"](code).squeeze(1), y[rows], reduction="none")
    loss = (doubt * losses).mean()
    if step % 16 == 11:
        loss = loss + F.binary_cross_entropy_with_logits(model["adversary"](code.detach()).squeeze(1), group[rows])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if step % 96 == 0:
        print(f"step {step}: loss {loss.item():.4f}")
