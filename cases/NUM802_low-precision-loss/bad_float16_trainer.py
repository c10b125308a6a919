"""Where does a thrown ball land? A trainer class that weighs several losses, in mixed precision."""

import torch
from torch import nn


class Flight(nn.Module):
    """Position and time of impact from the first few sightings."""

    def __init__(self, sightings=6, width=96):
        super().__init__()
        self.encode = nn.Sequential(nn.Linear(3 * sightings, width), nn.SiLU(), nn.Linear(width, width), nn.SiLU())
        self.place = nn.Linear(width, 2)
        self.time = nn.Linear(width, 1)

    def forward(self, seen):
        state = self.encode(seen.flatten(1))
        return {"place": self.place(state), "time": self.time(state).squeeze(1)}


class Trainer:
    def __init__(self, model, weights, rate=2e-3, dtype=torch.float16):
        self.model, self.weights, self.dtype = model, weights, dtype
        self.optimizer = torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=0.0)

    def loss(self, found, wanted):
        return sum(weight * nn.functional.mse_loss(found[name], wanted[name]) for name, weight in self.weights.items())

    def step(self, seen, wanted):
        self.optimizer.zero_grad(set_to_none=True)
        with torch.autocast("cpu", dtype=self.dtype):
            found = self.model(seen)
        loss = self.loss(found, wanted)
        loss.backward()  # expect: NUM802
        self.optimizer.step()
        return loss.item()

    def fit(self, seen, wanted, epochs, size=256):
        for epoch in range(epochs):
            for rows in torch.randperm(len(seen)).split(size):
                last = self.step(seen[rows], {name: values[rows] for name, values in wanted.items()})
            if epoch % 10 == 0:
                print(f"epoch {epoch}: loss {last:.3g}")


def throws(count, sightings=6):
    speed, start = torch.randn(count, 2), torch.randn(count, 2)
    up = 1 + torch.rand(count)
    moments = torch.linspace(0, 0.5, sightings)
    place = start[:, None] + speed[:, None] * moments[:, None]
    height = up[:, None] * moments - moments**2 / 2
    return torch.cat([place, height[..., None]], dim=2), {"place": start + speed * 2 * up[:, None], "time": 2 * up}


if __name__ == "__main__":
    torch.manual_seed(1)
    seen, wanted = throws(2048)
    Trainer(Flight(), {"place": 2e-6, "time": 1e-6}).fit(seen, wanted, 200)
