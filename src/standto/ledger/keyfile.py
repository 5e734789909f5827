"""Keys in files: each a PKCS 8 PEM that only its owner may read, named after the key."""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from standto.errors import StandtoError
from standto.ledger.keys import Key, key_of, new_key

OWNER_ONLY = 0o600


def create_key(folder: Path, holder: str) -> Key:
    """A fresh key of a holder, kept as `HOLDER-xxxxxxxx.pem` in a folder."""
    key = new_key(holder)
    folder.mkdir(parents=True, exist_ok=True)
    write_key(key, folder / f"{key.name}.pem")
    return key


def write_key(key: Key, path: Path) -> None:
    """Write a key to a new file that only its owner may read."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    with os.fdopen(handle, "wb") as file:
        file.write(key.pem())


def read_key(path: Path) -> Key:
    """The key of a file. Its name up to the last hyphen says whose it is, and must fit the key.

    Raises StandtoError with what is wrong.
    """
    try:
        private = load_pem_private_key(path.read_bytes(), password=None)
    except FileNotFoundError:
        raise StandtoError(f"there is no key {path.name}") from None
    except (ValueError, TypeError, UnsupportedAlgorithm, OSError) as error:
        raise StandtoError(f"{path.name} cannot be read as a private key ({error})") from None
    if not isinstance(private, Ed25519PrivateKey):
        raise StandtoError(f"{path.name} is no Ed25519 key; `standto keys create` makes one")
    key = key_of(path.stem.rpartition("-")[0], private)
    if key.name != path.stem:
        raise StandtoError(f"{path.name} holds the key {key.name}; its file should be named so")
    return key
