"""A linear model of a noisy table, fitted by SGD whose later iterates are averaged (torch.optim.swa_utils)."""

import torch
from sklearn.datasets import load_diabetes
from torch import nn
from torch.optim.swa_utils import SWALR, AveragedModel
from torch.utils.data import DataLoader, TensorDataset, random_split


def load(seed):
    x, y = (torch.tensor(part, dtype=torch.float32) for part in load_diabetes(return_X_y=True))
    x = (x - x.mean(0)) / x.std(0)
    y = (y - y.mean()) / y.std()
    return random_split(TensorDataset(x, y), [342, 100], generator=torch.Generator().manual_seed(seed))


def error(model, part):
    model.eval()
    with torch.no_grad():
        x, y = part[:]
        value = nn.functional.mse_loss(model(x).squeeze(1), y).item()
    model.train()
    return value


def fit(epochs=40, averaged_from=20):
    train_part, test_part = load(seed=3)
    loader = DataLoader(train_part, batch_size=32, shuffle=True)
    model = nn.Linear(10, 1)
    opt = torch.optim.SGD(model.parameters(), lr=0.03)
    averaged = AveragedModel(model)
    swa_scheduler = SWALR(opt, swa_lr=0.05, anneal_epochs=3)
    huber = nn.HuberLoss()
    for epoch in range(epochs):
        for x, y in loader:
            opt.zero_grad()
            prediction = model(x).squeeze(1)
            huber(prediction, y).backward()
            opt.step()
        if epoch >= averaged_from:
            averaged.update_parameters(model)
            swa_scheduler.step()
        if epoch % 5 == 4:
            print(f"epoch {epoch + 1}: test error {error(model, test_part):.4f}")
    return error(model, test_part), error(averaged, test_part), averaged


torch.manual_seed(3)
last, mean, averaged = fit()
torch.save(averaged.module.state_dict(), "diabetes_averaged.pt")
print(f"done: test error {last:.3f} at the end, {mean:.3f} averaged (1 is guessing the mean)")
