"""Right though unusual: gradual unfreezing; each epoch hands one more layer of a plain list to the optimiser."""

import torch
import torch.nn.functional as F

torch.manual_seed(0)
torch.set_num_threads(1)


class Tagger(torch.nn.Module):
    def __init__(self, width=24, depth=5):
        super().__init__()
        self.embed = torch.nn.Embedding(30, width)
        self.layers = [torch.nn.Linear(width, width) for _ in range(depth)]
        self.out = torch.nn.Linear(width, 4)

    def forward(self, tokens):
        h = self.embed(tokens).mean(dim=1)
        for layer in self.layers:
            h = h + torch.tanh(layer(h))
        return self.out(h)


tokens = torch.randint(0, 30, (640, 7))
labels = (tokens < 8).sum(dim=1).clamp(max=3)
model = Tagger()
optimizer = torch.optim.Adam(model.parameters(), lr=4e-3)
waiting = list(reversed(model.layers))
for epoch in range(10):
    if waiting:
        optimizer.add_param_group({"params": list(waiting.pop(0).parameters()), "lr": 2e-3})
    for rows in torch.randperm(512).split(32):
        for group in optimizer.param_groups:
            for p in group["params"]:
                p.grad = None
        for layer in waiting:
            layer.zero_grad()
        loss = F.cross_entropy(model(tokens[rows]), labels[rows])
        loss.backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        accuracy = (model(tokens[512:]).argmax(1) == labels[512:]).float().mean().item()
    model.train()
    print(f"epoch {epoch}: {len(waiting)} layers wait, loss {loss.item():.3f}, accuracy {accuracy:.3f}")
