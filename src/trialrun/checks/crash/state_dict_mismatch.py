"""A checkpoint does not fit the model it is loaded into.

## Why is this bad?

`load_state_dict` matches by name and shape. The model was built with other sizes, was wrapped when it was saved
(`DataParallel`, `torch.compile`), or the file holds more than the state dict.

## Fix

Build the model with the sizes it was saved with; save `model.module.state_dict()` of a wrapped model, or strip the
prefix; take the state dict out of the checkpoint. To load a part on purpose: drop the other keys, `strict=False`, and
look at what it returns. `strict=False` does not help against sizes.

## Limits

Judged from the exception's list of keys, unless the program raised it by a `raise` of its own.

## References

PyTorch documentation, `torch.nn.Module.load_state_dict`; "Saving and loading models".
"""

from __future__ import annotations

import re

from trialrun.checks.crash.card import Card, CrashCheck
from trialrun.checks.wording import count, names
from trialrun.evidence import Evidence
from trialrun.evidence.program import CrashRecord

_MODEL = re.compile(r"Error\(s\) in loading state_dict for (\w+)")
_SIZES = re.compile(
    r"size mismatch for ([\w.]+): copying a param with shape torch\.Size\((\[[\d, ]*\])\) from checkpoint, "
    r"the shape in current model is torch\.Size\((\[[\d, ]*\])\)"
)
_PREFIXES = {"module.": "DataParallel", "_orig_mod.": "torch.compile"}
_WHOLE = re.compile(r"state_dict|^(?:model|net|network|state|weights)$")
_GROUPS = re.compile(r"loaded state dict (?:contains a parameter group that doesn't match|has a different number of)")


class StateDictMismatch(CrashCheck):
    code = "CRX014"
    slug = "state-dict-mismatch"

    def explain(self, crash: CrashRecord, evidence: Evidence) -> Card | None:
        if _GROUPS.search(crash.message):
            return Card(
                "The optimiser's state was saved for another list of parameters.",
                "Build the optimiser over the same parameters in the same order as when it was saved, or start anew.",
                expected="as many parameters as were saved",
            )
        model = _MODEL.search(crash.message)
        if not model:
            return None
        missing, unexpected = _keys(crash.message, "Missing"), _keys(crash.message, "Unexpected")
        sizes = _SIZES.findall(crash.message)
        told = []
        if sizes:
            key, saved, built = sizes[0]
            told.append(
                f"{count(len(sizes), 'tensor')} of another size: {key} is {saved} in the checkpoint and {built} here"
            )
        if missing:
            told.append(f"{count(len(missing), 'tensor')} of the model not in the checkpoint: {names(missing)}")
        if unexpected:
            told.append(f"{count(len(unexpected), 'tensor')} not in the model: {names(unexpected)}")
        return Card(
            f"{'; '.join(told)}." if told else "",
            self._fix(missing, unexpected, sizes),
            {"missing": missing[:20], "unexpected": unexpected[:20], "sizes": [list(found) for found in sizes[:20]]},
            f"the keys and shapes of {model[1]}",
        )

    def _fix(self, missing: list[str], unexpected: list[str], sizes: list[tuple[str, str, str]]) -> str:
        for prefix, wrapper in _PREFIXES.items():
            if unexpected and all(key.startswith(prefix) for key in unexpected):
                return (
                    f"It was saved from a model wrapped by {wrapper}: strip the prefix, "
                    f"{{k.removeprefix('{prefix}'): v for k, v in state.items()}}, or save the inner module's "
                    "state_dict()."
                )
            if missing and all(key.startswith(prefix) for key in missing):
                return f"This model is wrapped by {wrapper}, the saved one was not: load into the inner module."
        whole = next((key for key in unexpected if _WHOLE.search(key)), None)
        if whole:
            return f'The file holds a whole checkpoint: load_state_dict(checkpoint["{whole}"]).'
        if sizes:
            return (
                "Build the model with the sizes it was saved with; to keep the rest and train a new layer, drop the "
                "keys that differ and load with strict=False, which alone does not help against sizes."
            )
        return (
            "Build the model as it was when it was saved (same layers, same names); if a part is meant, load it with "
            "strict=False and check the keys it returns."
        )


def _keys(message: str, kind: str) -> list[str]:
    found = re.search(rf"{kind} key\(s\) in state_dict: (.*)", message)
    return re.findall(r'"([^"]+)"', found[1]) if found else []
