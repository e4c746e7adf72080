"""The starter files that ``watchtower init`` writes: the shipped analysis with its feeds and settings."""

from __future__ import annotations

from pathlib import Path

from watchtower.errors import UserError

_FILES = ("feeds.yml", "watchpoints.yml", "config/settings.yml")
_FOLDERS = ("config/schema", "config/examples")


def shipped() -> Path:
    """Return the folder of the shipped files: package data in a wheel, the project's root in a source checkout.

    Raises UserError where neither is there.
    """
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "shipped", package.parent):
        if all((folder / name).is_file() for name in _FILES):
            return folder
    raise UserError("this installation has no starter files; install watchtower anew")


def write(folder: Path) -> list[Path]:
    """Copy the starter files into a folder, which is made if need be; return what was written.

    Raises UserError naming the files that are there already, or what the system refused; nothing is overwritten.
    """
    source = shipped()
    copies = {folder / path.relative_to(source): path for path in _starter_files(source)}
    if present := [str(target) for target in copies if target.is_symlink() or target.exists()]:
        raise UserError(f"{', '.join(present)}: already there; nothing was written. Give another folder.")
    try:
        for target, path in copies.items():
            target.parent.mkdir(parents=True, exist_ok=True)
            with open(target, "xb") as file:
                file.write(path.read_bytes())
    except OSError as error:
        raise UserError(f"{error.filename or folder}: cannot be written: {error.strerror}") from error
    return list(copies)


def _starter_files(source: Path) -> list[Path]:
    single = [source / name for name in _FILES]
    return single + [path for name in _FOLDERS for path in sorted((source / name).glob("*")) if path.is_file()]
