"""The files of this machine's AWS configuration, and what is wrong with one that botocore cannot read."""

from __future__ import annotations

import codecs
import configparser
import os
from pathlib import Path

from bootstrap.errors.message import msg
from bootstrap.reading import bounded, json_text
from bootstrap.reading.unreadable import Unreadable

# Bytes. A configuration of thousands of profiles has some hundred thousand.
_MOST = 16 << 20
# TLS's keys are written to the file of this variable; botocore opens it for every client, also for one without TLS.
_KEY_LOG = "SSLKEYLOGFILE"
# What variables that name files begin with.
NAMING = ("AWS_", _KEY_LOG)


def files() -> tuple[Path, Path]:
    """Return the paths of the two files of the configuration, as botocore finds them."""
    config = os.environ.get("AWS_CONFIG_FILE", "~/.aws/config")
    shared = os.environ.get("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials")
    first, second = (Path(os.path.expandvars(each)).expanduser() for each in (config, shared))
    return first, second


def short(path: Path) -> str:
    """Return the path as people write it: `~` for the home folder."""
    home = str(Path.home())
    text = str(path)
    return f"~{text.removeprefix(home)}" if home != "/" and text.startswith(f"{home}/") else text


def broken(path: Path) -> str:
    """Return what keeps botocore from reading the file, with the line."""
    shown = short(path)
    try:
        data = bounded.file(path, _MOST)
        text = json_text.utf8(data)
    except Unreadable as error:
        if error.line is None:
            return msg("{file}: cannot be read: {reason}", file=shown, reason=error.what)
        return msg("{file}, line {line}: is not UTF-8; save the file as UTF-8", file=shown, line=error.line)
    except OSError as error:
        return msg("{file}: cannot be read: {reason}", file=shown, reason=error.strerror or "")
    if data.startswith(codecs.BOM_UTF8):
        return msg("{file}, line {line}: begins with a byte-order mark; save the file as UTF-8 without it",
                   file=shown, line=1)  # fmt: skip
    return _malformed(shown, text)


def _malformed(shown: str, text: str) -> str:
    try:
        configparser.RawConfigParser().read_string(text)
    except configparser.DuplicateSectionError as error:
        return msg("{file}, line {line}: the section [{name}] is there twice; remove one", file=shown,
                   line=error.lineno or 0, name=error.section)  # fmt: skip
    except configparser.DuplicateOptionError as error:
        return msg("{file}, line {line}: {name} is there twice in one section; remove one", file=shown,
                   line=error.lineno or 0, name=error.option)  # fmt: skip
    except configparser.MissingSectionHeaderError as error:
        return msg("{file}, line {line}: stands before the first section", file=shown, line=error.lineno)
    except configparser.ParsingError as error:
        return msg("{file}, line {line}: has no `=`", file=shown, line=error.errors[0][0] if error.errors else 0)
    except configparser.Error:
        pass
    return msg("{file}: an indented line has no `=`", file=shown)


def of_the_key_log(error: Exception) -> bool:
    """Return True if the file of TLS's keys cannot be opened."""
    return isinstance(error, OSError) and bool(error.filename) and error.filename == os.environ.get(_KEY_LOG)
