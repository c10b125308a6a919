"""House-price-like regression from a table; four small batches an update, in a while loop."""

import torch
import torch.nn as nn
import torch.nn.utils as utils
from sklearn.datasets import make_regression

torch.manual_seed(6)
table, price = make_regression(n_samples=640, n_features=12, noise=5.0, random_state=6)
table = torch.as_tensor(table).float()
price = torch.as_tensor(price).float()
price = (price - price.mean()) / price.std()

net = nn.Sequential(nn.Linear(12, 20), nn.SiLU(), nn.Linear(20, 1))
weights = [p for p in net.parameters() if p.requires_grad]
opt = torch.optim.AdamW(weights, lr=1e-2, weight_decay=0.0)

PARTS, UPDATES = 4, 120
done = 0
while done < UPDATES:
    opt.zero_grad()
    total = 0.0
    for _ in range(PARTS):
        rows = torch.randint(0, 512, (16,))
        loss = nn.functional.mse_loss(net(table[rows])[:, 0], price[rows]) / PARTS
        loss.backward()
        total += loss.item()
    opt.step()
    norm = utils.clip_grad_norm_(weights, 0.05)  # expect: GRD407
    done += 1
    if done % 40 == 0:
        print(f"{done} updates: loss {total:.4f}, gradient norm {float(norm):.3f}")

with torch.no_grad():
    print("held out:", nn.functional.mse_loss(net(table[512:])[:, 0], price[512:]).item())
