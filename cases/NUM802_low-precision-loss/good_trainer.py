"""Which of eight prototypes is nearest? A trainer class that is told the dtype, and two inputs."""

import torch
from torch import nn


class Matcher(nn.Module):
    def __init__(self, size=24, kinds=8):
        super().__init__()
        self.look = nn.Linear(size, 64)
        self.hint = nn.Linear(4, 64, bias=False)
        self.prototypes = nn.Parameter(torch.randn(kinds, 64))

    def forward(self, seen, hint):
        state = torch.relu(self.look(seen) + self.hint(hint))
        return state @ self.prototypes.t() / 8


class Trainer:
    def __init__(self, model, rate, dtype):
        self.dtype = dtype
        self.model = model.to(dtype)
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=rate)

    def batches(self, data, size):
        order = torch.randperm(len(data["kind"]))
        for chosen in order.split(size):
            yield {name: part[chosen] for name, part in data.items()}

    def fit(self, data, epochs):
        for epoch in range(epochs):
            for batch in self.batches(data, 100):
                self.optimizer.zero_grad()
                scores = self.model(batch["seen"].to(self.dtype), batch["hint"].to(self.dtype))
                loss = nn.functional.cross_entropy(scores.float(), batch["kind"])
                loss.backward()
                self.optimizer.step()
            if epoch % 20 == 0:
                print(f"epoch {epoch}: loss {loss.item():.4f}")


if __name__ == "__main__":
    torch.manual_seed(1)
    seen, hint = torch.randn(1200, 24), torch.randn(1200, 4)
    kind = (seen[:, :8] + 0.5 * hint.repeat(1, 2)).argmax(1)
    trainer = Trainer(Matcher(), 0.003, torch.float32)
    trainer.fit({"seen": seen, "hint": hint, "kind": kind}, 400)
