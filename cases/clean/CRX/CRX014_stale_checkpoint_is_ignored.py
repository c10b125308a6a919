"""Right though unusual: training resumes where a checkpoint fits; one of an older design is set aside and told of."""

import pathlib
import tempfile

import torch
from torch import nn


class StaleCheckpointError(Exception):
    pass


class Session:
    def __init__(self, folder, widths):
        self.path = pathlib.Path(folder) / "last.pt"
        self.model = nn.Sequential(
            *[part for a, b in zip(widths, widths[1:]) for part in (nn.Linear(a, b), nn.Softplus())][:-1]
        )
        self.optimizer = torch.optim.AdamW(self.model.parameters(), lr=1e-2)
        self.epoch = 0

    def restore(self):
        if not self.path.exists():
            return
        stored = torch.load(self.path)
        try:
            self.model.load_state_dict(stored["model"])
        except RuntimeError as error:
            raise StaleCheckpointError(f"{self.path.name} does not fit") from error
        self.optimizer.load_state_dict(stored["optimizer"])
        self.epoch = stored["epoch"]

    def fit(self, x, y, until):
        while self.epoch < until:
            for rows in torch.randperm(len(x)).split(32):
                loss = nn.functional.mse_loss(self.model(x[rows]), y[rows])
                self.optimizer.zero_grad()
                loss.backward()
                self.optimizer.step()
            self.epoch += 1
            torch.save(
                {"model": self.model.state_dict(), "optimizer": self.optimizer.state_dict(), "epoch": self.epoch},
                self.path,
            )
        return loss.item()


torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.rand(256, 3)
y = (x[:, :1] - x[:, 1:2]) * x[:, 2:]
with tempfile.TemporaryDirectory() as folder:
    for widths, until in (((3, 8, 1), 3), ((3, 8, 1), 6), ((3, 24, 1), 12)):
        session = Session(folder, widths)
        try:
            session.restore()
        except StaleCheckpointError as error:
            print(error, "because", str(error.__cause__).splitlines()[0])
        print(widths, "from epoch", session.epoch, "loss", session.fit(x, y, until))
