"""The log of a run: metrics.csv for people and scripts, the same curves for TensorBoard."""

from __future__ import annotations

import csv
from pathlib import Path

from torch.utils.tensorboard import SummaryWriter

COLUMNS = ("epoch", "lr", "train_loss", "valid_loss", "valid_accuracy")


class Log:
    """Opened with the rows of the epochs that are done, it writes those again: what a kill tore off is mended so."""

    def __init__(self, folder: Path, history: list[dict[str, float]]) -> None:
        self.file = (folder / "metrics.csv").open("w", newline="", encoding="utf-8")
        self.table = csv.DictWriter(self.file, COLUMNS)
        self.table.writeheader()
        self.table.writerows(history)
        self.board = SummaryWriter(folder / "tensorboard", purge_step=len(history) + 1)

    def write(self, row: dict[str, float]) -> None:
        self.table.writerow(row)
        self.file.flush()  # a reader sees the row now, and a kill does not take it away
        for name in COLUMNS[1:]:
            self.board.add_scalar(name, row[name], int(row["epoch"]))

    def close(self) -> None:
        self.file.close()
        self.board.close()
