"""`python -m processors.extraction.nursery SOCKET_FD`: a process that has loaded what parsers need, and forks them.

Starting Python costs a parser more than most documents do. This process reads no document but its own PAGE: it forks a
parser for each, which limits itself, reads one document, answers into the pipe that came with the order, and is gone.
It loses the network before the first order comes.

Orders (one packet each): {"id", "path", "name", "media_type", "memory", "cpu_seconds", "output"} with the pipe's
writing end, or {"kill": id}. Answers: {"id", "code"}, the exit code of a parser that has ended, negative for a signal.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
from typing import Any

from processors.extraction.parser import read, respond
from streams.confined import limit, without_network

LARGEST = 65_536
"""Bytes of an order: a path and a name."""
LOADED = (
    "charset_normalizer", "processors.extraction.chunks", "processors.extraction.sniff",
    "processors.extraction.readers",
    *(f"processors.extraction.{kind}" for kind in ("pdf", "docx", "pptx", "xlsx", "epub", "html", "markdown",
                                                   "delimited", "json_text", "text")),
)  # fmt: skip

PAGE = b"""<!DOCTYPE html>
<html>
<head><title>x</title></head>
<body>
<nav><ul>
<li><a href="x">x</a></li>
</ul></nav>
<h1>One<a class="headerlink" href="#x">x</a></h1>
<p>Two &amp; <em>three</em>.  Four
&#8212; five.</p>
<p>Six</p>
<ul>
<li><p>seven</p></li>
</ul>
<dl>
<dt>eight</dt>
<dd><p>nine</p>
</dd></dl>
<pre><span>a = 1</span>
</pre>
<table>
<tr><th>b</th></tr>
<tr><td>c</td></tr>
</table>
</body>
</html>
"""
"""Read before the first order, so that every parser begins with the tables and caches that this has filled."""


class Nursery:
    """Takes orders, forks, and says who has ended, until the other side is gone; then nobody is left behind."""

    def __init__(self, orders: socket.socket) -> None:
        self._orders = orders
        self._parsers: dict[int, int] = {}  # process id to order id
        self._ended, wake = socket.socketpair()
        self._ended.setblocking(False)
        wake.setblocking(False)
        self._wake = wake
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(wake.fileno(), warn_on_full_buffer=False)

    def run(self) -> None:
        """Until the orders end."""
        while True:
            ready, _, _ = select.select([self._orders, self._ended], [], [])
            if self._ended in ready:
                self._ended.recv(4096)
                self._bury()
            if self._orders in ready:
                packet, pipes, _, _ = socket.recv_fds(self._orders, LARGEST, 1)
                if not packet:
                    break
                self._obey(json.loads(packet), pipes)
        for process in self._parsers:
            os.kill(process, signal.SIGKILL)

    def _obey(self, order: dict[str, Any], pipes: list[int]) -> None:
        if "kill" in order:
            for process, id in self._parsers.items():
                if id == order["kill"]:
                    os.kill(process, signal.SIGKILL)
            return
        process = os.fork()
        if process == 0:
            self._parse(order, pipes[0])
        self._parsers[process] = order["id"]
        for pipe in pipes:
            os.close(pipe)

    def _parse(self, order: dict[str, Any], pipe: int) -> None:
        """The child: limits first, then the document. Never returns."""
        code = 1
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            for other in (self._orders, self._ended, self._wake):
                other.close()
            limit(order["memory"], order["cpu_seconds"])
            respond(pipe, order["path"], order["name"], order["media_type"], order["output"])
            code = 0
        finally:
            os._exit(code)

    def _bury(self) -> None:
        while self._parsers:
            process, status = os.waitpid(-1, os.WNOHANG)
            if not process:
                return
            end = {"id": self._parsers.pop(process), "code": os.waitstatus_to_exitcode(status)}
            self._orders.send(json.dumps(end).encode())


def main() -> None:
    without_network()
    for name in LOADED:
        importlib.import_module(name)
    read(PAGE, "page.html", "")
    gc.disable()  # a parser lives for one document; and pages that nobody writes to stay shared
    gc.freeze()
    Nursery(socket.socket(fileno=int(sys.argv[1]))).run()


if __name__ == "__main__":
    main()
