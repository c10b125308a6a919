"""One epoch of training, one of evaluation."""

import torch
import torch.nn.functional as F
from torch.utils.data import DataLoader


def train_one_epoch(model, loader: DataLoader, optimizer) -> float:
    model.train()
    losses = []
    for history, future in loader:
        optimizer.zero_grad()
        loss = F.mse_loss(model(history), future)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        losses.append(loss.item())
    return sum(losses) / len(losses)


@torch.no_grad()
def evaluate(model, loader: DataLoader) -> float:
    model.eval()
    squares = count = 0.0
    for history, future in loader:
        squares += (model(history) - future).square().sum().item()
        count += future.numel()
    return (squares / count) ** 0.5
