"""Laws of reading mails leniently: never an error, never for long."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.service_ticket.engine import mail

_LINES = st.sampled_from(
    [
        b"From: A <a@b.example>",
        b"To: =?utf-8?B?////?= <service@c.example>",
        b"Subject: =?gbk?Q?=BF=D5?=",
        b"Message-Id: <1@b.example>",
        b"Content-Type: multipart/mixed; boundary=x",
        b"Content-Type: text/html; charset=none",
        b"Content-Transfer-Encoding: base64",
        b" folded",
        b"--x",
        b"--x--",
        b"",
        b"\x00\xff\xfe",
        b"<script><p>&#0;&#xd800;</p>",
    ]
)
_MAILS = st.one_of(
    st.binary(max_size=400),
    st.lists(_LINES | st.binary(max_size=20), max_size=30).map(b"\n".join),
)


def _is_storable(text):
    text.encode()  # no lone surrogates
    return not any(ord(one) < 32 and one not in "\t\n" for one in text)


@given(_MAILS)
def test_whatever_comes_can_be_shown_and_stored(raw):
    envelope = mail.read_envelope(raw)
    texts = [envelope.sender, envelope.sender_name, envelope.subject, envelope.date]
    texts += [envelope.message_id, *envelope.recipients, mail.read_text(raw)]
    assert all(map(_is_storable, texts))
    assert envelope.automatic in ("", "generated", "reply", "bounce")
    assert len(mail.fingerprint(raw, envelope)) == 64


@given(_MAILS)
def test_a_trace_header_makes_no_other_mail(raw):
    raw = raw.lstrip()  # what comes first is a header
    traced = b"Received: from here\nX-Spam: no\n" + raw
    once, again = mail.read_envelope(raw), mail.read_envelope(traced)
    if once.message_id:
        assert mail.fingerprint(raw, once) == mail.fingerprint(traced, again)


@pytest.mark.parametrize(
    "piece",
    [
        b"<script",
        b"<head>",
        b" \n",
        b"=?a?q?",
        b"<",
        b"a@",
        b"References: <",
        b"&#",
        b"-",
    ],
)
def test_no_mail_takes_long(piece):
    body = piece * (1_000_000 // len(piece))
    for raw in (
        body,
        b"Content-Type: text/html\n\n" + body,
        b"From: " + body,
        b"Subject: x\n" + body,
    ):
        start = time.monotonic()
        mail.fingerprint(raw, mail.read_envelope(raw))
        mail.read_text(raw)
        assert time.monotonic() - start < 5


def test_what_was_said_is_read():
    raw = (
        b"From: =?GBK?B?1dTB2Q==?= <Zhao@Example.com>\r\nSubject: =?UTF-8?Q?a=5Fb?=\r\n"
        b"Content-Type: text/html; charset=gbk\r\n\r\n"
        b"<style>p{}</style><p>\xbf\xd5\xb5\xf7<br>1 &lt; 2</p>"
    )
    envelope = mail.read_envelope(raw)
    assert (envelope.sender_name, envelope.sender) == ("赵临", "zhao@example.com")
    assert envelope.subject == "a_b"
    assert mail.read_text(raw) == "空调\n1 < 2"
