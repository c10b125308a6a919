"""A class-based trainer with callbacks, early stopping and the best weights put back at the end."""

from __future__ import annotations

import copy
import json
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset


@dataclass
class Config:
    epochs: int = 30
    batch_size: int = 64
    lr: float = 0.01
    patience: int = 8
    seed: int = 99
    folder: str = "experiments/spirals"


class Spirals(Dataset):
    """Three interleaved spirals in the plane, one a class."""

    def __init__(self, n: int, seed: int) -> None:
        generator = torch.Generator().manual_seed(seed)
        self.labels = torch.randint(3, (n,), generator=generator)
        radius = torch.rand(n, generator=generator) + 0.1
        angle = 3 * radius + self.labels * 2 * torch.pi / 3 + 0.1 * torch.randn(n, generator=generator)
        self.points = torch.stack([radius * angle.cos(), radius * angle.sin()], dim=1)

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, index: int) -> dict[str, torch.Tensor]:
        return {"point": self.points[index], "label": self.labels[index]}


class Trainer:
    def __init__(self, model: nn.Module, config: Config) -> None:
        self.model, self.config = model, config
        self.optimizer = torch.optim.RMSprop(model.parameters(), lr=config.lr)
        self.history: list[dict[str, float]] = []
        self.best_loss, self.best_state, self.waited = float("inf"), None, 0

    def training_step(self, batch: dict[str, torch.Tensor]) -> torch.Tensor:
        return nn.functional.cross_entropy(self.model(batch["point"]), batch["label"])

    def run_epoch(self, loader: DataLoader, train: bool) -> float:
        self.model.train(train)
        total = 0.0
        with torch.set_grad_enabled(train):
            for batch in loader:
                loss = self.training_step(batch)
                if train:
                    self.optimizer.zero_grad()
                    loss.backward()
                    self.optimizer.step()
                total += loss.item() * len(batch["label"])
        return total / len(loader.dataset)

    def fit(self, train_loader: DataLoader, valid_loader: DataLoader) -> None:
        for epoch in range(self.config.epochs):
            record = {"train": self.run_epoch(train_loader, True), "valid": self.run_epoch(valid_loader, False)}
            self.history.append(record)
            print(f"{epoch=} {record}")
            if self.should_stop(record["valid"]):
                break
        if self.best_state is not None:
            self.model.load_state_dict(self.best_state)

    def should_stop(self, loss: float) -> bool:
        if loss < self.best_loss:
            self.best_loss, self.best_state, self.waited = loss, copy.deepcopy(self.model.state_dict()), 0
        else:
            self.waited += 1
        return self.waited >= self.config.patience

    def save(self) -> None:
        folder = Path(self.config.folder)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "history.json").write_text(json.dumps({"config": asdict(self.config), "history": self.history}))
        torch.save(self.model.state_dict(), folder / "best.pt")


if __name__ == "__main__":
    config = Config()
    torch.manual_seed(config.seed)
    network = nn.Sequential(nn.Linear(2, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 3))
    trainer = Trainer(network, config)
    trainer.fit(
        DataLoader(Spirals(900, seed=0), batch_size=config.batch_size, shuffle=True),
        DataLoader(Spirals(300, seed=1), batch_size=300),
    )
    trainer.save()
    print(f"done: best validation loss {trainer.best_loss:.4f} of {len(trainer.history)} epochs")
