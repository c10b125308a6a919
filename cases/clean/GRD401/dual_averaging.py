"""Right though unusual: Nesterov's dual averaging; .grad is never cleared, as every step goes from the start along
the sum of all gradients.
"""

import torch
from torch import nn

torch.manual_seed(6)
torch.set_num_threads(1)
features = torch.randn(1000, 12)
labels = (features @ torch.randn(12) + 0.3 * torch.randn(1000) > 0).float()
train, valid = slice(0, 800), slice(800, 1000)

model = nn.Linear(12, 1)
start = {name: value.clone() for name, value in model.state_dict().items()}
optimizer = torch.optim.SGD(model.parameters(), lr=1.0)
step = 0
for epoch in range(6):
    for rows in torch.randperm(800).split(25):
        loss = nn.functional.binary_cross_entropy_with_logits(model(features[rows]).squeeze(1), labels[rows])
        loss.backward()
        step += 1
        model.load_state_dict(start)
        optimizer.param_groups[0]["lr"] = 1.5 / step**0.5
        optimizer.step()
    with torch.no_grad():
        right = (model(features[valid]).squeeze(1) > 0) == labels[valid].bool()
    print(f"epoch {epoch}: loss {loss.item():.3f}, accuracy {right.float().mean():.3f}")
