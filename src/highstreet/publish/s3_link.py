"""Link: one connection to an S3 server. A request goes out in one write, its answer is read by llhttp's parser.

http.client reads the headers of an answer as those of a mail: that costs more than all else of a small PUT, and lets
pass what another reader takes for two answers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser
from urllib3.connection import HTTPConnection

_AT_ONCE = 256 * 1024  # bytes sent or read within one timeout
_LONGEST_HEAD = 64 * 1024  # bytes


class Answer(NamedTuple):
    status: int
    headers: Mapping[str, str]  # lower-case names
    body: bytes


class TooLong(Exception):
    """The answer is longer than any object of ours. However often it is asked for, it stays so."""


class Broken(OSError):
    """What came back is no answer, or only a part of one."""


class Link:
    """For one thread at a time. After an exception it can only be closed."""

    def __init__(self, connection: HTTPConnection) -> None:
        self._connection = connection
        self._socket = connection.sock
        self._timeout = -1.0
        self._reader = _Reader()
        self.open = True  # False: while a request is under way, and after one that was not answered as it should be

    @property
    def usable(self) -> bool:
        """Whether another request may be sent: the server has not closed the connection, nor told anything unasked."""
        return self.open and self._connection.is_connected

    def close(self) -> None:
        self._connection.close()

    def ask(self, head: bytes, body: bytes, timeout: float, longest: int) -> Answer:
        """The answer to a request, which is none of HEAD: the parser would wait for its body.

        `timeout` is in seconds, for each wait; `longest` the bytes that the answer's body may have. Raises TooLong and
        OSError.
        """
        self.open = False
        if timeout != self._timeout:
            self._socket.settimeout(timeout)
            self._timeout = timeout
        heard = self._send(head, body)
        reader = self._reader
        reader.start()
        came = 0
        while not reader.done:
            part = self._socket.recv(_AT_ONCE)
            came += len(part)
            reader.read(part)
            if reader.size > longest or came > 2 * longest + _LONGEST_HEAD:
                raise TooLong
            if not reader.status and came > _LONGEST_HEAD:
                raise Broken("what came back has headers without end")
        self.open = heard and reader.alone
        return Answer(reader.status, reader.headers, b"".join(reader.parts))

    def _send(self, head: bytes, body: bytes) -> bool:
        """False: the server did not want to hear all of it. It may have said why before it hung up."""
        try:
            if len(body) <= _AT_ONCE:
                self._socket.sendall(head + body)
            else:
                self._socket.sendall(head)
                left = memoryview(body)
                for start in range(0, len(left), _AT_ONCE):
                    self._socket.sendall(left[start : start + _AT_ONCE])
        except (BrokenPipeError, ConnectionResetError):
            return False
        return True


class _Reader:
    """Puts together what the parser finds. One for all answers of a connection, as the parser is."""

    def __init__(self) -> None:
        self._parser = HttpResponseParser(self)
        self.start()

    def start(self) -> None:
        self.status = 0  # until the headers are complete
        self.headers: dict[str, str] = {}
        self.parts: list[bytes] = []
        self.size = 0  # bytes of the body so far
        self.done = False
        self.alone = False  # whether the server listens on, and has said nothing that was not asked for

    def read(self, part: bytes) -> None:
        """Reads on; an empty part is the connection's end."""
        if not part:
            # The end as well of an answer that does not tell its length.
            if not self.status or {"content-length", "transfer-encoding"} & self.headers.keys():
                raise Broken("the connection broke")
            self.done = True
            return
        try:
            self._parser.feed_data(part)
        except (HttpParserError, HttpParserUpgrade) as fault:
            self.alone = False
            if not self.done:
                raise Broken("what came back is no HTTP answer") from fault

    # What the parser calls.

    def on_message_begin(self) -> None:
        self.alone = False

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self.status:  # else it is a trailer
            told, text = name.decode("latin-1").lower(), value.decode("latin-1")
            self.headers[told] = f"{self.headers[told]}, {text}" if told in self.headers else text

    def on_headers_complete(self) -> None:
        if self._parser.get_status_code() < 200:
            self.headers = {}  # "100 Continue" and the like: the answer is still to come
        elif not self.status:
            self.status = self._parser.get_status_code()

    def on_body(self, part: bytes) -> None:
        if not self.done:
            self.parts.append(part)
            self.size += len(part)

    def on_message_complete(self) -> None:
        if self.status and not self.done:
            self.done = True
            self.alone = self._parser.should_keep_alive()
