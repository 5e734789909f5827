"""Signing in: Argon2id, sessions that expire, and a limit on tries by name and by address."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import get_args

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from standto.council.pack import is_code
from standto.errors import StandtoError
from standto.server.permits import Role, User
from standto.server.store import Store

TRIES, WINDOW_S = 5, 300.0
"""Failed tries that a name has from one address within the window before it must wait."""
NAME_TRIES, ADDRESS_TRIES = 20, 50
"""Those that a name has from everywhere, so that nobody guesses from many addresses, nor keeps a
delegation out with a handful of tries; and those that one address has for all names."""
IDLE_S, LONGEST_S = 3600.0 * 4, 3600.0 * 16
WRITE_SEEN_S = 30.0
"""A session's last use is written down this seldom."""
AT_ONCE = 2
"""Passwords checked at once: each takes 64 MiB and four threads for a tenth of a second."""
SHORTEST_PASSWORD, LONGEST_PASSWORD = 10, 200
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")


class TooManyTries(StandtoError):  # noqa: N818 (it is what the answer is called)
    """Too many failed tries; `wait_s` says for how long."""

    words = "too many failed tries; try again in {} s"

    def __init__(self, wait_s: int) -> None:
        """State how long to wait."""
        self.wait_s = wait_s
        super().__init__(self.words.format(wait_s))


@dataclass(frozen=True)
class Session:
    """A user signed in. csrf: what each change must carry beside the cookie."""

    user: User
    csrf: str


class SignIn:
    """Users and their sessions. clock: seconds since the epoch, for tests."""

    def __init__(self, store: Store, clock: Callable[[], float] = time.time) -> None:
        """Use a store; Argon2id with the library's parameters (64 MiB), `turns` at a time."""
        self.store = store
        self.clock = clock
        self._hasher = PasswordHasher()
        self.turns = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="sign-in")
        self._seen: dict[str, float] = {}
        self._nobody = self._hasher.hash(secrets.token_hex(16))

    def add_user(self, name: str, role: str, country: str, password: str) -> User:
        """A new user, or an old one with a new password and role; its sessions and passkeys end."""
        if not _NAME.fullmatch(name):
            raise StandtoError(f"{name!r} should be a name of small letters, digits, . _ or -")
        if role not in get_args(Role):
            raise StandtoError(f"{role!r} should be one of {' '.join(get_args(Role))}")
        if (role == "representative") != is_code(country):
            raise StandtoError(f"{name}: a representative, and nobody else, needs a country's code")
        if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
            raise StandtoError(f"a password should have {SHORTEST_PASSWORD} characters or more")
        hashed = self._hasher.hash(password)
        with self.store.together():
            self.store.do("DELETE FROM session WHERE user = ?", name)
            self.store.do("DELETE FROM passkey WHERE user = ?", name)
            self.store.do(
                "INSERT INTO user VALUES (?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET"
                " role = excluded.role, country = excluded.country, password = excluded.password",
                name, role, country, hashed,
            )  # fmt: skip
        return User(name, role, country)  # type: ignore[arg-type]

    def sign_in(self, name: str, password: str, address: str) -> tuple[str, Session]:
        """A new session's token and the session. Raises TooManyTries or StandtoError."""
        self.prove(name, password, address)
        return self.begin(name, f"good, from {address}")

    def prove(self, name: str, password: str, address: str) -> None:
        """Hold a password against a user's. Raises TooManyTries or StandtoError."""
        self.may_try(name, address)
        row = self.store.row("SELECT password FROM user WHERE name = ?", name)
        if not self._right(self._nobody if row is None else row["password"], password) or not row:
            self.failed(name, "wrong name or password", address)
            raise StandtoError("wrong name or password")
        both = _limited(name, address)[0][0]
        self.store.do("DELETE FROM attempt WHERE who = ? OR at < ?", both, self.clock() - WINDOW_S)

    def begin(self, name: str, how: str) -> tuple[str, Session]:
        """A new session of a user who has proved to be one: its token and the session."""
        now = self.clock()
        row = self.store.row("SELECT * FROM user WHERE name = ?", name)
        if row is None:
            raise StandtoError(f"{name} is no user any more")
        token, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        with self.store.together():
            self.store.do(
                "DELETE FROM session WHERE started < ? OR seen < ?", now - LONGEST_S, now - IDLE_S
            )
            self.store.do(
                "INSERT INTO session VALUES (?, ?, ?, ?, ?)", _hash(token), name, csrf, now, now
            )
            self.store.audit(now, name, "sign in", how)
        return token, Session(User(row["name"], row["role"], row["country"]), csrf)

    def may_try(self, name: str | None, address: str) -> None:
        """Raise TooManyTries after too many failures of a name, or from an address."""
        now = self.clock()
        for who, tries in _limited(name, address):
            rows = self.store.rows(
                "SELECT at FROM attempt WHERE who = ? AND at > ? ORDER BY at DESC LIMIT ?",
                who, now - WINDOW_S, tries,
            )  # fmt: skip
            if len(rows) >= tries:
                raise TooManyTries(max(1, int(rows[-1]["at"] + WINDOW_S - now)))

    def failed(self, name: str | None, why: str, address: str) -> None:
        """Count a failure and write it into the audit."""
        now = self.clock()
        with self.store.together():
            for who, _ in _limited(name, address):
                self.store.do("INSERT INTO attempt VALUES (?, ?)", who, now)
            self.store.audit(now, (name or "")[:40], "sign in", f"{why}, from {address}")

    def session(self, token: str) -> Session | None:
        """The session of a token that has not expired."""
        now, hashed = self.clock(), _hash(token)
        row = self.store.row(
            "SELECT session.csrf, session.seen, user.* FROM session"
            " JOIN user ON user.name = session.user WHERE token = ? AND started >= ?",
            hashed, now - LONGEST_S,
        )  # fmt: skip
        if row is None or max(row["seen"], self._seen.get(hashed, 0.0)) < now - IDLE_S:
            return None
        if now - row["seen"] > WRITE_SEEN_S:
            self._seen[hashed] = now
        return Session(User(row["name"], row["role"], row["country"]), row["csrf"])

    def keep_seen(self) -> None:
        """Write down when sessions were last seen; a request itself writes nothing."""
        kept, self._seen = self._seen, {}
        if seen := list(kept.items()):
            with self.store.together():
                for hashed, at in seen:
                    self.store.do("UPDATE session SET seen = ? WHERE token = ?", at, hashed)

    def sign_out(self, token: str) -> None:
        """End a session."""
        self.store.do("DELETE FROM session WHERE token = ?", _hash(token))

    def _right(self, hashed: str, password: str) -> bool:
        """Whether a password fits; an unknown name takes as long as a known one."""
        try:
            return self._hasher.verify(hashed, password[: LONGEST_PASSWORD + 1])
        except (VerificationError, InvalidHashError):
            return False


def _limited(name: str | None, address: str) -> list[tuple[str, int]]:
    """Whose failures count against a try, and how many each has."""
    of_address = (f"address {address}", ADDRESS_TRIES)
    if name is None:
        return [of_address]
    both = (f"name {name[:40]} address {address}", TRIES)
    return [both, (f"name {name[:40]}", NAME_TRIES), of_address]


def same(given: str, expected: str) -> bool:
    """Whether two secrets are equal, in a time that tells nothing."""
    return hmac.compare_digest(given.encode(), expected.encode())


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
