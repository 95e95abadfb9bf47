"""A mailbox that speaks just enough IMAP and POP3 for a fetcher."""

import re
import socketserver
import threading


class Mailbox(socketserver.ThreadingTCPServer):
    """Mails, and which of them the fetcher has marked as seen or deleted."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, protocol, mails):
        super().__init__(("127.0.0.1", 0), protocol)
        self.mails = list(mails)
        self.done = set()

    def __enter__(self):
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_error):
        self.shutdown()
        self.server_close()

    @property
    def left(self):
        """The numbers of the mails that nobody has fetched, from 1 on."""
        return [n for n in range(1, len(self.mails) + 1) if n not in self.done]


class Imap(socketserver.StreamRequestHandler):
    def handle(self):
        self._say(b"* OK ready")
        for line in self.rfile:
            tag, _space, command = line.strip().partition(b" ")
            word = command.split(b" ")[0].upper()
            answer = getattr(self, f"_on_{word.decode().lower()}", None)
            if answer:
                answer(command.decode())
            self._say(tag + b" OK done")
            if word == b"LOGOUT":
                return

    def _say(self, line):
        self.wfile.write(line + b"\r\n")

    def _on_capability(self, _command):
        self._say(b"* CAPABILITY IMAP4rev1")

    def _on_select(self, _command):
        self._say(b"* %d EXISTS" % len(self.server.mails))

    def _on_search(self, _command):
        self._say(b"* SEARCH " + " ".join(map(str, self.server.left)).encode())

    def _on_fetch(self, command):
        number = int(command.split()[1])
        raw = self.server.mails[number - 1]
        self._say(b"* %d FETCH (RFC822 {%d}" % (number, len(raw)))
        self.wfile.write(raw + b")\r\n")

    def _on_store(self, command):
        number = int(command.split()[1])
        if "+FLAGS" in command:
            self.server.done.add(number)
        else:
            self.server.done.discard(number)

    def _on_logout(self, _command):
        self._say(b"* BYE")


class Pop(socketserver.StreamRequestHandler):
    def handle(self):
        self._ok(b"ready")
        deleted = set()
        for line in self.rfile:
            words = line.decode().split()
            if words[0] == "STAT":
                self._ok(b"%d 1" % len(self.server.mails))
            elif words[0] == "LIST":
                numbers = range(1, len(self.server.mails) + 1)
                self._ok(b"", *(b"%d 1" % number for number in numbers))
            elif words[0] == "RETR":
                raw = self.server.mails[int(words[1]) - 1]
                lines = re.split(rb"\r\n|\n", raw)
                self._ok(b"", *(b"." * line.startswith(b".") + line for line in lines))
            else:
                if words[0] == "DELE":
                    deleted.add(int(words[1]))
                self._ok(b"")
            if words[0] == "QUIT":
                self.server.done |= deleted
                return

    def _ok(self, text, *lines):
        self.wfile.write(b"+OK " + text + b"\r\n")
        if lines:
            self.wfile.write(b"\r\n".join([*lines, b"."]) + b"\r\n")
