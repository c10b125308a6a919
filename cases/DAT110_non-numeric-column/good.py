"""Whether a customer buys, from age, income and city."""

import numpy as np
import pandas as pd
import torch
from torch import nn


def customers(count):
    rng = np.random.default_rng(0)
    table = pd.DataFrame(
        {
            "age": rng.normal(0.0, 1.0, count),
            "income": rng.normal(0.0, 1.0, count),
            "city": rng.choice(["Oslo", "Lima", "Pune"], count),
        }
    )
    table["buys"] = ((table.age + table.income > 0) & (table.city != "Lima")).astype("int64")
    return table


def main():
    torch.manual_seed(0)
    table = customers(300)
    features = pd.get_dummies(table.drop(columns="buys"), dummy_na=True, dtype="float32")
    x = torch.tensor(features.to_numpy(), dtype=torch.float32)
    y = torch.tensor(table["buys"].to_numpy())
    model = nn.Sequential(nn.Linear(x.shape[1], 32), nn.ReLU(), nn.Linear(32, 2))
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    for epoch in range(5):
        for rows in torch.randperm(300).split(30):
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(model(x[rows]), y[rows])
            loss.backward()
            optimizer.step()
        print(f"epoch {epoch}: loss {loss.item():.3f}")


if __name__ == "__main__":
    main()
