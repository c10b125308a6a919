"""A classifier of noisy points, on an accelerator where there is one."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


def points(count):
    kinds = torch.randint(0, 4, (count,))
    angle = kinds * 1.5708 + 0.4 * torch.randn(count)
    return TensorDataset(torch.stack([angle.cos(), angle.sin()], dim=1) + 0.1 * torch.randn(count, 2), kinds)


def main():
    torch.manual_seed(0)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    train = DataLoader(points(1600), batch_size=32, shuffle=True)
    model = nn.Sequential(nn.Linear(2, 32), nn.ReLU(), nn.Linear(32, 4)).to(device)
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
    for epoch in range(10):
        total = torch.zeros((), device=device)
        for place, kind in train:
            place, kind = place.to(device), kind.to(device)
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(model(place), kind)
            loss.backward()
            optimizer.step()
            total += loss.detach().item()  # expect: PRF002
        print(f"epoch {epoch}: loss {total.item() / len(train):.3f}")


if __name__ == "__main__":
    main()
