"""Before every route: which host is meant and how large a body may be; after it, safe headers."""

from __future__ import annotations

from collections.abc import Iterable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from standto.errors import StandtoError

LARGEST_BODY = 64 * 1024
LARGEST_UPLOAD = 256 * 1024
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; font-src 'self'; frame-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
PAGE_POLICY = (
    "sandbox allow-scripts allow-downloads; default-src 'none'; script-src 'unsafe-inline' blob:; "
    "style-src 'unsafe-inline'; img-src data: blob:; font-src data:; worker-src blob:; "
    "connect-src data: blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
"""Policy of a run's page, one file with its script inside: a sandbox without the desk's origin."""

HEADERS = {
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"permissions-policy": b"camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
    b"cache-control": b"no-store",
    b"content-security-policy": POLICY.encode(),
}


class Guard:
    """An ASGI layer around the application."""

    def __init__(self, app: ASGIApp, hosts: Iterable[str]) -> None:
        """Let through requests for these host names only: a page elsewhere may point here."""
        self.app = app
        self.hosts = frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        name = host_name(headers.get(b"host", b"").decode("latin-1"))
        if name not in self.hosts:
            await refuse(send, 421, "this host is not served here")
            return
        most = LARGEST_UPLOAD if scope["path"] == "/api/injects" else LARGEST_BODY
        length = headers.get(b"content-length", b"0")
        if not length.isdigit() or int(length) > most:
            await refuse(send, 413, f"at most {most} bytes are taken")
            return
        await self.app(scope, Counted(receive, most), Shielded(send))


class TooLarge(StandtoError):  # noqa: N818 (it is what the answer is called)
    """A body of more bytes than are taken."""


class Counted:
    """A body that ends the request when it grows beyond what its length said it would."""

    def __init__(self, receive: Receive, most: int) -> None:
        """Count up to `most` bytes."""
        self.receive = receive
        self.most = self.left = most

    async def __call__(self) -> Message:
        """The next piece. Raises TooLarge when the body has grown too long."""
        message = await self.receive()
        if message["type"] == "http.request":
            self.left -= len(message.get("body", b""))
            if self.left < 0:
                raise TooLarge(f"at most {self.most} bytes are taken")
        return message


class Shielded:
    """An answer with the headers of safety, unless a route has set its own."""

    def __init__(self, send: Send) -> None:
        """Send through `send`."""
        self.send = send

    async def __call__(self, message: Message) -> None:
        """Add what is missing to the head of an answer."""
        if message["type"] == "http.response.start":
            own = {name.lower() for name, _ in message["headers"]}
            more = [(name, value) for name, value in HEADERS.items() if name not in own]
            message["headers"] = [*message["headers"], *more]
        await self.send(message)


def host_name(host: str) -> str:
    """The name in a Host header, without its port: `[::1]:8765` gives `[::1]`."""
    name, colon, port = host.rpartition(":")
    return name if colon and port.isdecimal() else host


async def refuse(send: Send, status: int, words: str) -> None:
    """A plain answer before any route is asked."""
    shielded = Shielded(send)
    head = [(b"content-type", b"text/plain; charset=utf-8")]
    await shielded({"type": "http.response.start", "status": status, "headers": head})
    await shielded({"type": "http.response.body", "body": words.encode()})
