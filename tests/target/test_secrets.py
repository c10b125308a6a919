"""What must be masked in a command line, and what must stay readable."""

from __future__ import annotations

import pytest

from trialrun.target.secrets import is_secret_name, mask_arguments, mask_repeated, mask_text


@pytest.mark.parametrize(
    ("given", "masked"),
    [
        (["--token", "abc"], ["--token", "***"]),
        (["--password=hunter2", "--lr", "0.1"], ["--password=***", "--lr", "0.1"]),
        (["--api-key", "k", "--epochs", "3"], ["--api-key", "***", "--epochs", "3"]),
        (["--api_key=k"], ["--api_key=***"]),
        (["--apiKey", "k"], ["--apiKey", "***"]),
        (["--hf-token", "x"], ["--hf-token", "***"]),
        (["--wandb_api_key", "x"], ["--wandb_api_key", "***"]),
        (["--secret", "x", "train"], ["--secret", "***", "train"]),
        (["WANDB_API_KEY=123", "AWS_SECRET_ACCESS_KEY=s"], ["WANDB_API_KEY=***", "AWS_SECRET_ACCESS_KEY=***"]),
        (["db.password=p"], ["db.password=***"]),
        (["+logger.api_key=p"], ["+logger.api_key=***"]),
        (["hf_abcdefghijklmnopqrstuv"], ["***"]),
        (["ghp_abcdefghijklmnopqrstuv0123456789"], ["***"]),
        (["sk-proj-abcdefghijklmnopqrst"], ["***"]),
        (["AKIAIOSFODNN7EXAMPLE"], ["***"]),
        (["https://user:pass@host/path"], ["https://user:***@host/path"]),
        (["https://abcdef@github.com/x.git"], ["https://***@github.com/x.git"]),
        (["postgresql://u:p@ss@db:5432/x"], ["postgresql://u:***@db:5432/x"]),
        (["https://host/x?token=abc&step=3"], ["https://host/x?token=***&step=3"]),
        (["https://host/x?X-Amz-Signature=a&sig=b"], ["https://host/x?X-Amz-Signature=***&sig=***"]),
        (["-H", "Authorization: Bearer abcdefghijk"], ["-H", "Authorization: ***"]),
        (["--header", "X: bearer abcdefghijk"], ["--header", "X: bearer ***"]),
        (["--url=https://u:p@host"], ["--url=https://u:***@host"]),
        (["--token", "--verbose"], ["--token", "--verbose"]),
    ],
)
def test_masks(given: list[str], masked: list[str]) -> None:
    assert mask_arguments(given) == masked


@pytest.mark.parametrize(
    "words",
    [
        ["--lr", "0.1", "--epochs=90", "data/train.csv"],
        ["--max-tokens", "512", "--num_tokens=4", "--tokens-per-batch", "4096"],
        ["--max_new_tokens", "20", "--pad-token-id", "0", "--token-dim=64"],
        ["--tokenizer", "gpt2", "--tokenizer=bert"],
        ["--monkey", "a", "--keys", "x,y", "--author", "me", "--passes", "3"],
        ["git@github.com:owner/repository.git", "https://git@host/x.git"],
        ["C:\\data\\x", "http://localhost:8080/x?step=1", "a=b", "optimizer.lr=3e-4"],
        ["--key-dim", "64", "--hidden-key=3"],
        [],
    ],
)
def test_leaves_settings_readable(words: list[str]) -> None:
    assert mask_arguments(words) == words


def test_keeps_number_and_order() -> None:
    words = ["--token", "a", "b", "--password", "c", "--flag"]
    assert len(mask_arguments(words)) == len(words)
    assert mask_arguments(words)[2] == "b"


def test_masks_tokens_within_a_word() -> None:
    assert mask_text("echo:hf_abcdefghijklmnopqrstuv;x") == "echo:***;x"


@pytest.mark.parametrize("name", ["TOKEN", "HF_TOKEN", "--db-password", "client_secret", "PGPASSWORD", "apitoken"])
def test_secret_names(name: str) -> None:
    assert is_secret_name(name)


def test_a_message_that_repeats_a_secret() -> None:
    said = "error: unrecognized arguments: --api-key k33p --lr 0.1"
    assert mask_repeated(said, ["--api-key", "k33p", "--lr", "0.1"]) == said.replace("k33p", "***")
