"""An encoder with a label loss and a reconstruction loss, each with its own backward, one step for both."""

import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(1)
torch.set_num_threads(1)
x = torch.randn(400, 8)
y = (x[:, 0] + x[:, 1] > 0).long()
encoder, classifier, decoder = nn.Linear(8, 12), nn.Linear(12, 2), nn.Linear(12, 8)
modules = nn.ModuleList([encoder, classifier, decoder])
optimizer = torch.optim.SGD(modules.parameters(), lr=0.05, momentum=0.9)
for step in range(60):
    rows = torch.randint(0, 400, (4, 10))
    for micro in rows:
        modules.zero_grad()  # expect: GRD402
        z = torch.relu(encoder(x[micro]))
        total = F.cross_entropy(classifier(z), y[micro]) + 0.1 * F.mse_loss(decoder(z), x[micro])
        (total / len(rows)).backward()
    optimizer.step()
    if step % 20 == 0:
        print(step, f"{total.item():.4f}")
