"""The user's files: read as they are, and written as a whole or not at all."""

from __future__ import annotations

import codecs
import contextlib
import io
import os
import tempfile
import tokenize
from dataclasses import dataclass
from pathlib import Path

_INSTALLED = frozenset({"site-packages", "dist-packages"})


class RefusedError(Exception):
    """A file cannot be read or is not to be written; the message says why, without a full stop."""


@dataclass(frozen=True)
class Original:
    """A file as it is on disk."""

    path: Path  # of the file itself, where the name is a link
    data: bytes
    text: str  # line ends kept, without the byte order mark
    encoding: str
    mark: bytes  # the byte order mark, if there is one

    def encoded(self, text: str) -> bytes:
        """``text`` in the encoding of this file."""
        try:
            return self.mark + text.encode(self.encoding)
        except UnicodeEncodeError as error:
            raise RefusedError(f"its encoding {self.encoding} has no sign for the change") from error


def read(path: Path) -> Original:
    """The file at ``path``. Raises RefusedError."""
    real = Path(os.path.realpath(path))
    if _INSTALLED & set(real.parts):
        raise RefusedError("it is part of an installed package")
    if not real.is_file():
        raise RefusedError("it is no file any more")
    try:
        data = real.read_bytes()
        mark = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
        encoding = tokenize.detect_encoding(io.BytesIO(data).readline)[0].replace("utf-8-sig", "utf-8")
        return Original(real, data, data[len(mark) :].decode(encoding), encoding, mark)
    except OSError as error:
        raise RefusedError(f"it cannot be read ({error.strerror or error})") from error
    except (SyntaxError, UnicodeDecodeError, LookupError) as error:
        raise RefusedError("its text is not in the encoding it names") from error


def write(original: Original, text: str) -> None:
    """Puts ``text`` in the place of ``original``, with the same permissions; a reader sees the old file or the new one.

    Raises:
        RefusedError: the file changed since it was read, or may not be written.
    """
    path, data = original.path, original.encoded(text)
    try:
        if path.read_bytes() != original.data:
            raise RefusedError("it has changed since the rehearsal read it; rehearse again")
        if not os.access(path, os.W_OK) or not path.stat().st_mode & 0o222:  # root may, but was not told so
            raise RefusedError("it is read-only: `chmod u+w` it, or apply the output of --diff yourself")
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as part:
                part.write(data)
                part.flush()
                os.fsync(part.fileno())
            status = path.stat()
            os.chmod(name, status.st_mode & 0o7777)
            with contextlib.suppress(OSError, AttributeError):  # somebody else's file, or no owners here
                os.chown(name, status.st_uid, status.st_gid)
            os.replace(name, path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise RefusedError(f"it cannot be written ({error.strerror or error})") from error
