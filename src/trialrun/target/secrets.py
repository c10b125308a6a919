"""Secrets in command lines and addresses are masked before anything is kept or shown."""

from __future__ import annotations

import re
from collections.abc import Sequence

_MASK = "***"

# Words that make a name secret: whole, or a part of it (WANDB_API_KEY, --hf-token, db_password).
_SECRET_NAME = re.compile(
    r"(?:^|[-_.])(?:(?:api|access|secret|private|auth|account|license|encryption)[-_]?keys?(?:[-_]?id)?|apikey|tokens?|"
    r"(?:api|auth|access|github|bot)token|[a-z]*passw(?:or)?d|passphrase|pwd|secrets?|credentials?|authorization|auth|bearer|cookie|sas)(?:$|[-_.])",
    re.IGNORECASE,
)
# Names of training settings that hold the word "token" and no secret.
_PLAIN_NAME = re.compile(
    r"(?:max|min|num|n|new|total|pad|eos|bos|mask|unk|sep|cls|per|special|vocab|image|context|batch)[-_]?(?:\w+[-_])?tokens?|"
    r"tokens?[-_](?:per|ids?|type|types|count|limit|budget|dim|size|len|length|drop|dropout|classification|embedding)|tokens$",
    re.IGNORECASE,
)
_SHAPES = re.compile(
    r"hf_[A-Za-z0-9]{16,}|gh[pousr]_[A-Za-z0-9]{16,}|github_pat_\w{20,}|glpat-[\w-]{16,}|sk-[\w-]{16,}|[rs]k_live_\w{16,}|"
    r"A[KS]IA[A-Z0-9]{12,}|xox[abprs]-[\w-]{10,}|AIza[\w-]{30,}|npm_[A-Za-z0-9]{20,}|pypi-[\w-]{20,}|"
    r"eyJ[\w-]{10,}\.[\w-]{6,}\.[\w-]*"
)
_URL_CREDENTIALS = re.compile(
    r"(?P<scheme>[a-z][a-z0-9+.-]*://)(?P<user>[^/@\s:]*)(?::(?P<password>[^/\s]*))?@", re.IGNORECASE
)
_ASSIGNMENT = re.compile(r"(?P<name>-{0,2}[\w.+-]+)=(?P<value>.*)", re.DOTALL)
_QUERY_VALUE = re.compile(r"(?P<mark>[?&;])(?P<name>[\w.-]+)=(?P<value>[^&;#\s]*)")
_SIGNATURE = re.compile(r"key|sig|code|(?:x-(?:amz|goog)-)?signature", re.IGNORECASE)  # of addresses signed beforehand
_HEADER = re.compile(r"(?P<name>[\w-]+)(?P<colon>:\s*)(?P<value>\S.*)", re.DOTALL)
_BEARER = re.compile(r"\b(?P<kind>bearer|basic|token)\s+(?P<value>[\w.~+/=-]{8,})", re.IGNORECASE)


def is_secret_name(name: str) -> bool:
    """Whether an option, variable or header of this name holds a secret."""
    bare = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name.lstrip("-"))  # apiKey, accessToken
    return bool(_SECRET_NAME.search(bare)) and not _PLAIN_NAME.search(bare)


def mask_arguments(arguments: list[str]) -> list[str]:
    """``arguments`` with every secret in them replaced by ``***``; their number and order stay.

    Masked are values of options and ``NAME=value`` words with a secret name, credentials and secret parameters in
    addresses, values of secret headers, and words that have the shape of a well-known token.
    """
    masked: list[str] = []
    value_follows = False
    for argument in arguments:
        if value_follows and not re.match(r"--?[A-Za-z]", argument):
            masked.append(_MASK)
            value_follows = False
            continue
        masked.append(mask_text(argument))
        value_follows = argument.startswith("-") and "=" not in argument and is_secret_name(argument)
    return masked


def mask_repeated(text: str, arguments: Sequence[str]) -> str:
    """``text`` with every secret of ``arguments`` that it repeats masked: a parser's own message, for one."""
    for argument, masked in zip(arguments, mask_arguments(list(arguments)), strict=True):
        if argument != masked:
            text = text.replace(argument, masked)
    return text


def mask_text(text: str) -> str:
    """One word or address with its secrets masked."""
    assignment = _ASSIGNMENT.fullmatch(text)
    if assignment and is_secret_name(assignment["name"]):
        return f"{assignment['name']}={_MASK}"
    header = _HEADER.fullmatch(text)
    if header and is_secret_name(header["name"]) and not header["value"].startswith("//"):
        return f"{header['name']}{header['colon']}{_MASK}"
    text = _URL_CREDENTIALS.sub(_mask_credentials, text)
    text = _QUERY_VALUE.sub(_mask_query, text)
    text = _BEARER.sub(lambda match: f"{match['kind']} {_MASK}", text)
    return _SHAPES.sub(_MASK, text)


def _mask_credentials(match: re.Match[str]) -> str:
    # Without a password the name itself is the secret (https://TOKEN@host), except the git of git@host.
    if match["password"] is None:
        return match[0] if match["user"] in ("git", "") else f"{match['scheme']}{_MASK}@"
    return f"{match['scheme']}{match['user']}:{_MASK}@"


def _mask_query(match: re.Match[str]) -> str:
    secret = is_secret_name(match["name"]) or _SIGNATURE.fullmatch(match["name"])
    return f"{match['mark']}{match['name']}={_MASK}" if secret else match[0]
