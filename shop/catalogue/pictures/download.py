"""Download pictures from addresses that came with data: never from inside the network, never more than a picture.

An address in an import is somebody else's choice: it may point at this machine, never answer, or answer for ever.
"""

import time
from urllib.parse import urlsplit

import requests
from django.conf import settings
from requests_hardened import Config, HTTPSession, Manager
from requests_hardened.ip_filter import InvalidIPAddress
from urllib3.exceptions import HTTPError, ReadTimeoutError

LARGEST_DOWNLOAD = 10 * 1024 * 1024
CONNECT_SECONDS, SILENCE_SECONDS, WHOLE_SECONDS = 5, 10, 30
MOST_REDIRECTS = 3
PIECE = 64 * 1024
USER_AGENT = "Kindred picture fetcher"
WEB_SCHEMES = ("http", "https")


class PictureError(Exception):
    """A picture cannot be used; the text is one line with the reason."""


class ServerAway(PictureError):
    """The server was not reached or did not answer: a retry may help."""


def new_session() -> HTTPSession:
    """Return a session that connects to public addresses only, whatever names resolve or redirect to.

    Proxies and passwords of the environment are not used: a proxy would connect where the session itself refuses to.
    Use one session per thread. Loopback is allowed only where the settings say FETCH_FROM_LOOPBACK.
    """
    config = Config(
        ip_filter_enable=True,
        ip_filter_allow_loopback_ips=settings.FETCH_FROM_LOOPBACK,
        never_redirect=False,
        default_timeout=(CONNECT_SECONDS, SILENCE_SECONDS),
        user_agent_override=USER_AGENT,
    )
    session = Manager(config).get_session()
    session.trust_env = False
    session.max_redirects = MOST_REDIRECTS
    return session


def download(session: HTTPSession, address: str) -> bytes:
    """Return the bytes an address serves as a picture, at most 10 MiB, within 30 seconds. PictureError otherwise."""
    if urlsplit(address).scheme not in WEB_SCHEMES:
        raise PictureError("the address does not start with http:// or https://")
    deadline = time.monotonic() + WHOLE_SECONDS
    try:
        # Undecoded: a few compressed bytes can hold gigabytes.
        with session.get(address, stream=True, headers={"Accept-Encoding": "identity", "Accept": "image/*"}) as answer:
            _refuse_unfit(answer)
            return _read(answer, deadline)
    except InvalidIPAddress:
        raise PictureError("the address leads into a private network") from None
    except requests.TooManyRedirects:
        raise PictureError(f"more than {MOST_REDIRECTS} redirects") from None
    except (requests.Timeout, ReadTimeoutError):
        raise ServerAway("the server did not answer in time") from None
    except HTTPError as error:  # while reading: requests has handed over by then
        raise PictureError(f"the download broke off: {_first_line(error)}") from None
    except (requests.RequestException, OSError, ValueError) as error:
        raise ServerAway(f"no answer: {_first_line(error)}") from None


def _refuse_unfit(answer: requests.Response) -> None:
    if answer.status_code != requests.codes.ok:
        raise PictureError(f"the server answered {answer.status_code} {answer.reason or ''}".rstrip())
    kind = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if not kind.startswith("image/"):
        raise PictureError(f"the server sent {kind or 'something without a type'}, not a picture")
    if answer.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise PictureError(f"the picture is packed as {answer.headers['Content-Encoding']}")
    length = answer.headers.get("Content-Length", "")
    if length.isdecimal() and int(length) > LARGEST_DOWNLOAD:
        raise PictureError(f"the file has {int(length):,} bytes, more than {LARGEST_DOWNLOAD:,}")


def _read(answer: requests.Response, deadline: float) -> bytes:
    pieces, size = [], 0
    for piece in answer.raw.stream(PIECE, decode_content=False):
        pieces.append(piece)
        size += len(piece)
        if size > LARGEST_DOWNLOAD:
            raise PictureError(f"the file has more than {LARGEST_DOWNLOAD:,} bytes")
        if time.monotonic() > deadline:
            raise PictureError(f"the download took more than {WHOLE_SECONDS} seconds")
    return b"".join(pieces)


def _first_line(error: Exception) -> str:
    return (str(error).partition("\n")[0] or type(error).__name__)[:200]
