"""A server that speaks no protocol at all: what an outside system looks like on its worst day."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading

FAULTS = ("slow", "reset", "garbage", "late")
GARBAGE = b"\x00\xffHTTP/9.9 %s {]}\r\n\x80\x7f" * 40
# With no time to linger, closing a line sends a reset instead of an end.
AT_ONCE = struct.pack("ii", 1, 0)


class Faulty:
    """Takes every connection; then says nothing, resets the line, or talks nonsense.

    Or it takes all that it is sent and answers only whoever has hung up.
    """

    def __init__(self, fault: str, *, path: str = "", garbage: bytes = GARBAGE) -> None:
        self.fault, self.garbage = fault, garbage
        self._server = socket.socket(socket.AF_UNIX if path else socket.AF_INET)
        self._server.bind(path or ("127.0.0.1", 0))
        self._server.listen()
        self.port = 0 if path else self._server.getsockname()[1]
        self._lines: list[socket.socket] = []
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                line, _ = self._server.accept()
            except OSError:
                return
            with contextlib.suppress(OSError):
                self._meet(line)

    def _meet(self, line: socket.socket) -> None:
        if self.fault == "slow":
            self._lines.append(line)
            return
        if self.fault == "late":
            self._lines.append(line)
            threading.Thread(target=self._answer_late, args=(line,), daemon=True).start()
            return
        if self.fault == "garbage":
            line.sendall(self.garbage)
            line.shutdown(socket.SHUT_WR)
        else:
            # Whoever speaks first has spoken: a line that is reset before it stands was refused.
            line.settimeout(0.3)
            with contextlib.suppress(TimeoutError):
                line.recv(1)
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
        line.close()

    def _answer_late(self, line: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while line.recv(65536):
                pass
            line.sendall(self.garbage)

    def stop(self) -> None:
        with contextlib.suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self._thread.join()
        for line in self._lines:
            line.close()
