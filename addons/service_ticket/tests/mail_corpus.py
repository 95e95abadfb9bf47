"""Mails as they come, and what may happen to them on their way; all from one seed."""

import base64
import random
from email.message import EmailMessage

from odoo.tools import mute_logger

MUTED = (
    "odoo.addons.mail.models.mail_thread",
    "odoo.addons.service_ticket.models.service_mail_intake",
    "odoo.sql_db",
)


def quietly(function):
    """Silence what the gateway logs about mails that are meant to be broken."""
    return mute_logger(*MUTED)(function)


def compose(to, number=0, **headers):
    """Return a whole mail as bytes; `body` and any header by name."""
    body = headers.pop("body", "Our washer does not start.")
    values = {
        "From": "Laundry <laundry@bridge.example.com>",
        "To": to,
        "Subject": f"Machine dead {number}",
        "Message-Id": f"<{number}@bridge.example.com>",
        "Date": "Mon, 02 Mar 2026 09:00:00 +0000",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    head = "\n".join(f"{name}: {value}" for name, value in values.items() if value)
    return f"{head}\n\n{body}\n".encode()


def base_mails(to):
    """Return mails of every make, each still whole."""
    mails = [
        compose(to),
        compose(to, From="no address at all"),
        compose(to, Message_Id=None),
        compose(to, Subject=None, From=None),
        compose(to, Date="the day after tomorrow, maybe"),
        compose(to, Auto_Submitted="auto-replied", Subject="Out of office"),
        compose(to, Precedence="bulk", From="ups@rack.example.com"),
        compose(to, From="MAILER-DAEMON@mx.example.com", Return_Path="<>"),
        compose(to, Cc=", ".join(f"p{n}@list.example.com" for n in range(1000))),
        compose(to, **{f"X-Long-{n}": "x" * 900 for n in range(300)}),
        compose(to, Subject="=?GBK?B?" + _b64("空调不制冷", "gbk") + "?="),
        compose(to, Subject="=?Big5?Q?=A7N=AE=F0?=", body="冷氣不冷"),
        compose(to, Subject="🧺💥 it leaks", body="💧" * 400),
        compose(to, Content_Type="text/plain; charset=x-unheard-of"),
        compose(to, Content_Type="text/html", body="<p>It <b>smells</b><script>"),
        compose(to, Content_Type="multipart/mixed; boundary=never-seen"),
        compose(to, Content_Type="application/ms-tnef", body="x\x01\x02IPM"),
        compose(to, Content_Transfer_Encoding="base64", body="!!! not base64 !!!"),
        compose(to, Content_Type="text/plain; charset=gb2312").replace(
            b"Our washer", "我们的洗衣机".encode("gbk")
        ),
        compose(to, body="")[:-1],
        b"",
        b"\n\n\n",
        f"To: {to}".encode(),
    ]
    return mails + [_with_files(to), _nested(to), _signed(to)]


def _b64(text, charset):
    return base64.b64encode(text.encode(charset)).decode()


def _message(to, number):
    message = EmailMessage()
    message["From"], message["To"] = "Laundry <laundry@bridge.example.com>", to
    message["Subject"] = "With files"
    message["Message-Id"] = f"<files-{number}@bridge.example.com>"
    message.set_content("See the photo.")
    message.add_alternative("<p>See the <img src='cid:one'> photo.</p>", subtype="html")
    return message


def _with_files(to):
    message = _message(to, 1)
    message.add_attachment(
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8,
        maintype="image",
        subtype="png",
        filename="../../<b>照片</b>.png",
    )
    return message.as_bytes()


def _nested(to):
    inner = _message(to, 2)
    for depth in range(8):
        outer = _message(to, f"nested-{depth}")
        outer.add_attachment(inner)
        inner = outer
    return inner.as_bytes()


def _signed(to):
    message = _message(to, 3)
    message.add_attachment(
        b"0\x80\x06\x09*\x86H\x86\xf7",
        maintype="application",
        subtype="pkcs7-mime",
        filename="smime.p7m",
    )
    return message.as_bytes()


def mutated(to, count, seed=1):
    """Yield `count` mails, most of them damaged, each with a number of its own."""
    chance = random.Random(seed)
    bases = base_mails(to)
    for number in range(count):
        raw = chance.choice(bases)
        raw = raw.replace(b"@bridge.example.com>", b".%d@bridge.example.com>" % number)
        raw = raw.replace(
            b"laundry.%d@" % number, b"laundry%d@" % (number % 997)
        )  # many senders: a flood is another matter
        for _time in range(chance.choice((0, 1, 1, 2, 3))):
            raw = chance.choice(_MUTATIONS)(chance, raw)
        yield raw


def _flip(chance, raw):
    spots = bytearray(raw)
    for _time in range(min(len(spots), chance.randint(1, 20))):
        spots[chance.randrange(len(spots))] = chance.randrange(256)
    return bytes(spots)


def _insert(chance, raw):
    at = chance.randint(0, len(raw))
    return raw[:at] + chance.choice(_SPLINTERS) + raw[at:]


def _cut(chance, raw):
    start, stop = sorted(chance.randint(0, len(raw)) for _end in range(2))
    return raw[:start] + raw[stop:]


def _double_line(chance, raw):
    lines = raw.split(b"\n")
    at = chance.randrange(len(lines))
    return b"\n".join([*lines[:at], lines[at], *lines[at:]])


def _swap_charset(chance, raw):
    other = chance.choice((b"utf-7", b"x-none", b"hz", b"\xff", b"", b"utf-16"))
    return raw.replace(b"UTF-8", other).replace(b"utf-8", other)


def _swap_type(chance, raw):
    kinds = (b"multipart/report", b"*/*", b"text", b"message/rfc822", b"a/b/c")
    return raw.replace(b"text/plain", chance.choice(kinds))


_SPLINTERS = (
    b"\x00",
    b"\x00\x00\x00",
    b"\r",
    b"\n\n",
    b"\xff\xfe",
    b"=?utf-8?B?////?=",
    b"\nContent-Type: multipart/mixed; boundary=\n",
    b"\nContent-Transfer-Encoding: uuencode\n",
    b"\nDate: Mon, 99 Foo 99999 99:99:99 +9999\n",
    b"\nReferences: <x>" + b" <y@z>" * 200 + b"\n",
    b"\nIn-Reply-To: <1@openerp-9-service.ticket@x>\n",
    "\u202e\ud7ff".encode(),
)
_MUTATIONS = (_flip, _insert, _cut, _double_line, _swap_charset, _swap_type)
