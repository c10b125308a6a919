"""A batch checker with words of its own stops a run whose tensors are all of the same dtype."""
import torch
from torch import nn


class BatchCheck:
    def __init__(self, schema):
        self.schema = schema

    def __call__(self, batch):
        for name, wanted in self.schema.items():
            if batch[name].dtype != wanted:
                raise RuntimeError(f"expected scalar type Double but found Float in column {name!r}")  # expect: CRX000
        return batch


torch.manual_seed(0)
x = torch.randn(200, 4)
y = x[:, :1] * 2
check = BatchCheck({"x": torch.float32, "y": torch.float64})
model = nn.Linear(4, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for rows in torch.randperm(200).split(20):
    batch = check({"x": x[rows], "y": y[rows]})
    loss = nn.functional.mse_loss(model(batch["x"]), batch["y"])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
