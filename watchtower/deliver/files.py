"""Digests as files: whole or not there at all, never half written, never outside their folder."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from secrets import token_hex

from watchtower.errors import DeliveryError
from watchtower.types import Message, stable_id

#: errno to what the reader of the message can do about it; errno(3) has the meanings
ADVICE = {
    errno.ENOSPC: "free some space on that disk",
    errno.EDQUOT: "free some space, or have this user's quota raised",
    errno.EACCES: "let the user that runs watchtower write there",
    errno.EPERM: "let the user that runs watchtower write there",
    errno.EROFS: "mount it writable, or name another folder",
    errno.ENOTDIR: "move the file that stands where a folder is needed",
    errno.EEXIST: "move the file that stands where a folder is needed",
    errno.EISDIR: "move the folder that stands where the file is to go",
    errno.ENAMETOOLONG: "shorten the name",
    errno.EIO: "check that disk",
}
OTHERWISE = "check digest.folder in settings.yml"


class FileNotifier:
    """Writes each message to the file that its recipient names, relative to ``folder``."""

    channel = "file"
    repeatable = True

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def deliver(self, message: Message, committing: Callable[[], None] = lambda: None) -> None:
        """Write the body as UTF-8 to a file that appears whole; folders are made, an older file is replaced.

        The bytes and the name are on the disk when this returns. Raises ``DeliveryError`` where the
        recipient is not a path inside the folder, the body is no Unicode text, or the disk refuses.
        """
        path = self.folder / file_name(message.recipient)
        try:
            body = message.body.encode()
            self._refuse_outside(path, message.recipient)
            _make_folder(path.parent)
            _write(path, body, stable_id(message.id))
        except UnicodeEncodeError as error:
            raise DeliveryError(
                f"{path} is not written: character {error.start} of the digest is no Unicode text; report this as a bug"
            ) from error
        except OSError as error:
            advice = ADVICE.get(error.errno or 0, OTHERWISE)
            raise DeliveryError(f"{path} is not written: {error.strerror or error}; {advice}") from error

    def _refuse_outside(self, path: Path, recipient: str) -> None:
        # A link inside the folder can point out of it, which the recipient's own text does not show.
        if not path.parent.resolve().is_relative_to(self.folder.resolve()):
            raise DeliveryError(f"recipient {recipient!r} leaves {self.folder} through a link; remove that link")


def file_name(recipient: str) -> PurePosixPath:
    """Return the recipient as a path below the digest folder; ``DeliveryError`` where it is not one.

    >>> file_name("2026-11-23.html")
    PurePosixPath('2026-11-23.html')
    """
    path = PurePosixPath(recipient)
    if not path.parts or path.is_absolute() or ".." in path.parts or "\\" in recipient or not recipient.isprintable():
        raise DeliveryError(
            f"recipient {recipient!r} is no file inside the digest folder; name one like 2026-11-23.html"
        )
    return path


def _make_folder(folder: Path) -> None:
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for path in missing:
        _sync_folder(path.parent)


def _write(path: Path, body: bytes, mark: str) -> None:
    for left in path.parent.glob(f".{mark}.*.part"):  # by a try that was killed
        left.unlink(missing_ok=True)
    # Random: the daemon and `digest --send` may write the same digest at once.
    temporary = path.parent / f".{mark}.{token_hex(8)}.part"
    # 0o666 is what open() uses: the umask decides who may read digests.
    with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666), "wb") as file:
        try:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
            os.replace(temporary, path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno != errno.EINVAL:  # some network file systems cannot sync a folder; the file itself is synced
            raise
    finally:
        os.close(descriptor)
