"""Send a flood of reports to a unit's public page and count the answers (B7).

    python3 tests/security/flood.py http://127.0.0.1:8069/service/unit/7/<token>

1,000 requests in a minute by default. Use a database made for it: what comes in within
the limits becomes a ticket.
"""

import argparse
import http.cookiejar
import re
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from concurrent.futures import ThreadPoolExecutor


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args, **kwargs):
        """Count an answer as it comes."""
        return None


def _visitor(url):
    """Return (opener, CSRF token) of somebody who has opened the page."""
    jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
    opener = urllib.request.build_opener(jar, _NoRedirect)
    page = opener.open(url, timeout=60).read().decode()
    return opener, re.search(r'name="csrf_token" value="(\w+)"', page).group(1)


def _send(opener, url, token, at):
    time.sleep(max(0.0, at - time.monotonic()))
    form = {"csrf_token": token, "contact": "+32 1", "description": "flood"}
    start = time.monotonic()
    try:
        with opener.open(
            f"{url}/report", urllib.parse.urlencode(form).encode(), timeout=60
        ) as answer:
            code = answer.status
    except urllib.error.HTTPError as error:
        code = error.code
    except OSError as error:
        code = type(error).__name__
    return code, time.monotonic() - start


def main():
    """Flood, and say what came back."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--requests", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=60)
    arguments = parser.parse_args()
    visitors = [_visitor(arguments.url) for _n in range(8)]
    start = time.monotonic()
    with ThreadPoolExecutor(32) as pool:
        futures = [
            pool.submit(
                _send,
                visitors[n % 8][0],
                arguments.url,
                visitors[n % 8][1],
                start + n * arguments.seconds / arguments.requests,
            )
            for n in range(arguments.requests)
        ]
        answers = [future.result() for future in futures]
    times = sorted(seconds for _code, seconds in answers)
    print(dict(Counter(code for code, _seconds in answers)))
    print(f"{len(answers)} in {time.monotonic() - start:.1f} s;", end=" ")
    print(f"median {times[len(times) // 2] * 1000:.0f} ms,", end=" ")
    print(f"95 % within {times[int(len(times) * 0.95)] * 1000:.0f} ms")


if __name__ == "__main__":
    main()
