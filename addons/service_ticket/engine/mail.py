"""What a person could still read in a mail, however broken it is.

Mail programs are strict where they should not be; here nothing raises. The values
decide whose mail it is and what a list shows of it; the raw text stays the truth.
"""

import email
import email.policy
import hashlib
import html
import re
from base64 import b64decode
from dataclasses import dataclass, field
from email.parser import BytesParser
from quopri import decodestring

_HEAD_BYTES = 512 * 1024
_TEXT_CHARS = 20_000
_RECIPIENT_HEADERS = (
    "delivered-to",
    "x-original-to",
    "envelope-to",
    "to",
    "cc",
    "resent-to",
    "resent-cc",
)
_ADDRESS = re.compile(r"[^\s<>,;:\"()\[\]@]{1,64}@[\w.-]{1,253}")
_ENCODED = re.compile(r"=\?([^?\s]{1,40})\?([bBqQ])\?([^?]*)\?=(?:\s+(?==\?))?")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,500}>")
_TAG = re.compile(r"<(?:[^<>]{0,5000})>")
_TAG_NAME = re.compile(r"/?[a-zA-Z][a-zA-Z0-9]{0,20}")
_NOT_TEXT = {"style", "script", "head", "title"}
_BREAKS = {"br", "/p", "/div", "/tr", "/li", "/h1", "/h2", "/h3", "/pre", "hr"}
_AUTO_SUBJECTS = (
    "automatic reply",
    "auto reply",
    "autoreply",
    "out of office",
    "undeliverable",
    "undelivered mail",
    "delivery status notification",
    "自动回复",
    "自動回覆",
    "自動回信",
)


@dataclass(frozen=True)
class Envelope:
    """The headers of a mail that decide what becomes of it; all may be empty."""

    message_id: str = ""
    sender: str = ""  # the bare address, lower case
    sender_name: str = ""
    subject: str = ""
    date: str = ""
    recipients: tuple = ()
    references: tuple = ()
    headers: dict = field(default_factory=dict, repr=False)

    def get(self, name):
        """Return the first value of a header, or an empty text."""
        return (self.headers.get(name.lower()) or [""])[0]

    @property
    def automatic(self):
        """Say what kind of machine wrote it: bounce, reply, generated, or none.

        A *reply* or a *bounce* answers a mail and must never be answered (RFC 3834);
        *generated* was sent by a device, a list or a program of its own accord.
        """
        submitted = self.get("auto-submitted").partition(";")[0].strip().lower()
        precedence = self.get("precedence").strip().lower()
        local = self.sender.partition("@")[0]
        if (
            local in ("mailer-daemon", "postmaster")
            or self.get("return-path").strip() == "<>"
            or "multipart/report" in self.get("content-type").lower()
            or self.get("x-failed-recipients")
        ):
            return "bounce"
        if (
            submitted == "auto-replied"
            or precedence == "auto_reply"
            or self.subject.strip().lower().startswith(_AUTO_SUBJECTS)
            or any(self.get(f"x-{name}") for name in ("autoreply", "autorespond"))
        ):
            return "reply"
        if (
            submitted not in ("", "no")
            or precedence in ("bulk", "junk", "list")
            or any(
                self.get(name)
                for name in ("x-auto-response-suppress", "list-id", "list-unsubscribe")
            )
        ):
            return "generated"
        return ""


def read_envelope(raw: bytes) -> Envelope:
    """Return what the headers say, as far as they can be read."""
    headers = _split_headers(raw)

    def first(name):
        return decode_words((headers.get(name) or [""])[0])

    origin = first("from") or first("sender") or first("reply-to")
    found = find_addresses(origin)
    name = _TAG.sub("", origin).replace('"', "").strip()
    recipients = {
        address
        for header in _RECIPIENT_HEADERS
        for value in headers.get(header, ())
        for address in find_addresses(decode_words(value))
    }
    ids = (headers.get("message-id") or [""])[0]
    references = " ".join(
        headers.get("references", []) + headers.get("in-reply-to", [])
    )
    return Envelope(
        message_id=clean(ids).strip()[:500],
        sender=found[0] if found else "",
        sender_name="" if "@" in name else name[:200],
        subject=" ".join(first("subject").split())[:500],
        date=first("date").strip()[:100],
        recipients=tuple(sorted(recipients)),
        references=tuple(_MESSAGE_ID.findall(clean(references))[-64:]),
        headers=headers,
    )


def find_addresses(text: str) -> list:
    """Return the mail addresses in a text, lower case, in their order."""
    return [found.lower().strip(".'") for found in _ADDRESS.findall(text)]


def fingerprint(raw: bytes, envelope: Envelope) -> str:
    """Return the same value for two copies of one mail that went different ways.

    On its way a mail gains trace headers, and at times a banner in its subject or
    body; its id, author and date stay. Without an id the content itself counts.
    """
    parts = [envelope.message_id, envelope.sender, envelope.date]
    if not envelope.message_id:
        body = _split(raw)[1]
        parts += [envelope.subject, hashlib.sha256(body.strip()).hexdigest()]
    return hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()


def read_text(raw: bytes, limit: int = _TEXT_CHARS) -> str:
    """Return the words of a mail as plain text, at most `limit` characters."""
    try:
        plain, markup = _walk(raw)
    except Exception:  # noqa: BLE001  whatever the parser stumbles over
        plain, markup = "", ""
    text = plain or strip_markup(markup) or show_raw(_split(raw)[1], limit)
    return clean(text)[:limit].strip()


def show_raw(raw: bytes, limit: int) -> str:
    """Return the raw mail as characters that a page can show and a database keep."""
    return clean(decode_bytes(raw[: limit * 4]))[:limit]


def clean(text: str) -> str:
    """Return the text without control characters, with plain line ends."""
    return CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def strip_markup(markup: str) -> str:
    """Return the words of some HTML, in time that grows with its length."""
    start, *chunks = markup[:1_000_000].split("<")
    pieces, skipped = [start], ""
    for chunk in chunks:
        tag, closed, text = chunk.partition(">")
        found = _TAG_NAME.match(tag)
        name = found[0].lower() if found else ""
        if skipped:
            if name != f"/{skipped}":
                continue
            skipped = ""
        elif name in _NOT_TEXT:
            skipped = name
            continue
        elif not closed or not (name or tag[:1] in "!?"):
            text = f"<{chunk}"
        pieces.append("\n" if name in _BREAKS else "")
        pieces.append(text)
    lines = (
        " ".join(line.split()) for line in html.unescape("".join(pieces)).split("\n")
    )
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def decode_bytes(value: bytes, charset: str = "") -> str:
    """Decode with the named character set, else with what fits; never fails."""
    for name in (charset, "utf-8", "gb18030", "big5"):
        try:
            return value.decode(name) if name else value.decode("ascii")
        except (LookupError, ValueError, TypeError):
            continue
    return value.decode("latin-1")


def decode_words(value: str) -> str:
    """Decode the encoded words (RFC 2047) of a header."""

    def decode(match):
        charset, kind, text = match.groups()
        try:
            data = text.encode("ascii", "ignore")
            if kind in "bB":
                raw = b64decode(data + b"=" * (-len(data) % 4))
            else:
                raw = decodestring(data.replace(b"_", b" "))
        except ValueError:
            return text
        return decode_bytes(raw, charset.partition("*")[0])

    return clean(_ENCODED.sub(decode, value))


def _split(raw):
    """Return (head, body) of a mail, with plain line ends in the head."""
    for mark in (b"\r\n\r\n", b"\n\n", b"\r\r"):
        position = raw.find(mark)
        if 0 <= position <= _HEAD_BYTES:
            return raw[:position], raw[position + len(mark) :]
    return raw[:_HEAD_BYTES], b""


def _split_headers(raw):
    """Return {lower-case name: [unfolded value]}; lines that are none are skipped."""
    headers, last = {}, None
    for line in decode_bytes(_split(raw)[0]).replace("\x00", "").splitlines():
        if line[:1] in " \t":
            if last is not None:
                last.append(line.strip())
            continue
        name, colon, value = line.partition(":")
        if colon and name.strip() and " " not in name.strip():
            last = [value.strip()]
            headers.setdefault(name.strip().lower(), []).append(last)
        else:
            last = None
    return {
        name: [" ".join(parts) for parts in values] for name, values in headers.items()
    }


def _walk(raw):
    """Return (plain text, html) of the parts that are no files."""
    message = BytesParser(policy=email.policy.compat32).parsebytes(raw)
    plain, markup = [], []
    for part in message.walk():
        kind = part.get_content_type()
        if kind not in ("text/plain", "text/html") or part.get_filename():
            continue
        payload = part.get_payload(decode=True)
        if not isinstance(payload, bytes):
            continue
        charset = part.get_content_charset() or ""
        target = plain if kind == "text/plain" else markup
        target.append(decode_bytes(payload, charset))
    return "\n".join(plain).strip(), "\n".join(markup)
