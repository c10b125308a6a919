"""How far off is a small network's guess of a house's price, from a table with words and holes in it?

Makes a table of 1,200 sales with numbers, words and missing values, turns it into numbers, and measures by 5-fold
cross-validation how far the logarithm of the price is off, beside a linear model and a guess of the mean.

    python examples/house_prices.py
    trialrun run examples/house_prices.py
"""

from __future__ import annotations

import argparse
from pathlib import Path

import matplotlib
import numpy as np
import pandas as pd
import torch
import torch.nn.functional as F
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import KFold
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

matplotlib.use("Agg")
import matplotlib.pyplot as plt

NOISE = 0.12  # of the logarithm of a price (standard deviation): what no column tells

BROKEN = {  # what people do wrong here: --broken NAME makes the mistake, `trialrun run` names it
    "words": "the columns of words go into the tensor as they are",
    "raw": "square metres and years are not standardised",
    "all-rows": "the network is trained on all rows, those of the validation fold as well",
    "brackets": "prices (N, 1) meet predictions (N,), and all pairs are compared",
}


def sales(count: int) -> pd.DataFrame:
    """A made-up table: what was sold, with holes where nobody wrote it down, and the price in EUR."""
    rng = np.random.default_rng(0)
    table = pd.DataFrame(
        {
            "area_m2": rng.lognormal(4.6, 0.35, count).round(),
            "plot_m2": rng.lognormal(6.2, 0.5, count).round(),
            "built": rng.integers(1900, 2021, count).astype("float64"),
            "rooms": rng.integers(2, 9, count).astype("float64"),
            "quarter": rng.choice(["centre", "harbour", "north", "hill", "east"], count, p=[0.3, 0.1, 0.3, 0.1, 0.2]),
            "condition": rng.choice(["poor", "fair", "good", "new"], count, p=[0.15, 0.35, 0.4, 0.1]),
        }
    )
    value = {"centre": 0.2, "harbour": 0.35, "north": 0.0, "hill": 0.4, "east": -0.2}
    state = {"poor": -0.35, "fair": 0.0, "good": 0.15, "new": 0.3}
    log_price = (
        8.6
        + 0.8 * np.log(table.area_m2)
        + 0.1 * np.log(table.plot_m2)
        + 0.25 * ((table.built - 1960) / 60) ** 2  # old charm and new comfort both cost
        + table.quarter.map(value)
        + table.condition.map(state)
        + rng.normal(0, NOISE, count)
    )
    table["price_eur"] = np.exp(log_price).round(-2)
    for column, share in {"plot_m2": 0.1, "built": 0.05, "condition": 0.08}.items():
        table.loc[rng.random(count) < share, column] = np.nan
    return table


def columns(table: pd.DataFrame, train: np.ndarray, broken: str | None = None) -> pd.DataFrame:
    """What the network gets: numbers standardised by the rows of ``train`` alone, and 0 or 1 for each word."""
    numbers = table[["area_m2", "plot_m2", "built", "rooms"]]
    words = table[["quarter", "condition"]]
    mean, std = numbers.iloc[train].mean(), numbers.iloc[train].std()
    scaled = numbers if broken == "raw" else (numbers - mean) / std
    filled = scaled.fillna(scaled.iloc[train].mean())
    return filled.join(words if broken == "words" else pd.get_dummies(words, dummy_na=True, dtype="float32"))


def squared_error(model: nn.Module, x: Tensor, y: Tensor) -> Tensor:
    """Mean over a batch of x (N, columns) and y (N,)."""
    return F.mse_loss(model(x), y)  # --broken raw: DAT102, --broken brackets: LOS301


def train(model: nn.Module, loader: DataLoader) -> None:
    """30 passes over the rows."""
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9, weight_decay=1e-3)
    model.train()
    for _ in range(30):
        for x, y in loader:
            optimizer.zero_grad()
            loss = squared_error(model, x, y)
            loss.backward()
            optimizer.step()


def plot(log_price: np.ndarray, guesses: np.ndarray, out: Path) -> None:
    figure, axes = plt.subplots(figsize=(4.5, 4), layout="constrained")
    axes.plot(log_price, guesses, ".", markersize=2)
    axes.axline((13, 13), slope=1, color="black", linewidth=1)
    axes.set(xlabel="logarithm of the price in EUR", ylabel="guess of the network that did not see it")
    out.mkdir(parents=True, exist_ok=True)
    figure.savefig(out / "house_prices.png", dpi=100)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("out"), help="folder for the plot")
    parser.add_argument("--broken", choices=BROKEN, help="make one of the mistakes that the page tells of")
    args = parser.parse_args()

    torch.manual_seed(0)
    table = sales(1200)
    print(table.head(4).to_string())
    print(f"missing: {table.isna().sum().sum()} of {table.size} entries\n")
    log_price = np.log(table[["price_eur"]] if args.broken == "brackets" else table["price_eur"]).to_numpy()  # (1200,)

    print("         root mean squared error of the logarithm")
    print("fold     guess of the mean   linear   network")
    errors, guesses = [], np.zeros(len(table))
    for fold, (train_rows, valid_rows) in enumerate(KFold(5, shuffle=True, random_state=0).split(table), start=1):
        features = columns(table, train_rows, args.broken).to_numpy()  # (1200, 15)
        x = torch.tensor(features, dtype=torch.float32)  # --broken words: DAT110
        mean, std = log_price[train_rows].mean(), log_price[train_rows].std()
        y = torch.tensor((log_price - mean) / std, dtype=torch.float32)  # (1200,)
        fit_rows = np.arange(len(table)) if args.broken == "all-rows" else train_rows
        train_loader = DataLoader(TensorDataset(x[fit_rows], y[fit_rows]), batch_size=32, shuffle=True)
        valid_loader = DataLoader(TensorDataset(x[valid_rows], y[valid_rows]), batch_size=240)

        model = nn.Sequential(nn.Linear(x.shape[1], 32), nn.ReLU(), nn.Linear(32, 1), nn.Flatten(0))  # -> (N,)
        train(model, train_loader)
        model.eval()
        with torch.no_grad():
            for valid_x, valid_y in valid_loader:  # one batch: the whole fold  # --broken all-rows: DAT105
                network = squared_error(model, valid_x, valid_y).sqrt().item() * std
            guesses[valid_rows] = model(x[valid_rows]).numpy() * std + mean
        truth = log_price[valid_rows]
        linear = LinearRegression().fit(features[train_rows], log_price[train_rows]).predict(features[valid_rows])
        errors.append((np.sqrt(((truth - mean) ** 2).mean()), np.sqrt(((truth - linear) ** 2).mean()), network))
        print(f"{fold:4} {errors[-1][0]:21.3f} {errors[-1][1]:8.3f} {errors[-1][2]:9.3f}")

    guess, linear, network = np.mean(errors, axis=0)
    print(f"mean {guess:21.3f} {linear:8.3f} {network:9.3f}   (noise: {NOISE})")
    plot(log_price, guesses, args.out)
    print(
        f"answer: {network:.3f} in the logarithm, a factor of {np.exp(network):.2f}, so typically "
        f"{np.exp(network) - 1:.0%} of the price; the linear model is off by {np.exp(linear) - 1:.0%}"
    )


if __name__ == "__main__":
    main()
