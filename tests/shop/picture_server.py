"""A web server on this machine that answers what a test tells it to."""

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from threading import Thread

from PIL import Image


def picture_bytes(colour: str = "red", size: tuple[int, int] = (800, 400), kind: str = "PNG") -> bytes:
    """A plain picture as a file's content."""
    file = BytesIO()
    Image.new("RGB", size, colour).save(file, kind)
    return file.getvalue()


def picture_bomb(width: int, height: int) -> bytes:
    """Return a small GIF whose header claims another size."""
    content = picture_bytes(size=(16, 16), kind="GIF")
    return content[:6] + struct.pack("<HH", width, height) + content[10:]


@dataclass
class Answer:
    """What the server sends; `headers` replace its own."""

    content: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class PictureServer:
    """`answers` by path; `asked`: the paths asked for, in order."""

    address: str = ""
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def serve(self, path: str, content: bytes = b"", status: int = 200, **headers: str) -> str:
        """Answer this path from now on, and return its address; `Content_Type="text/html"` sets a header."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers[path] = Answer(content, status, named)
        return self.address + path


@contextmanager
def running_server() -> Iterator[PictureServer]:
    """Serve on a free port of the loopback interface."""
    state = PictureServer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            state.asked.append(self.path)
            answer = state.answers.get(self.path, Answer(status=404))
            self.send_response(answer.status)
            own = {"Content-Type": "image/png", "Content-Length": str(len(answer.content))}
            for name, value in (own | answer.headers).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.content)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        state.address = f"http://127.0.0.1:{server.server_port}"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield state
        finally:
            server.shutdown()
            thread.join()
