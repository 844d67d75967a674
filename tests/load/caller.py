"""One connection that is kept, and asks again where no answer came."""
import collections
import http.client
import json
import time

Answer = collections.namedtuple("Answer", "status headers body")
PATIENCE_SECONDS = 240


class GaveUp(Exception):
    """No answer in all this time."""


class Caller:
    """Asks the front ends at `ports` as `party`: another one after each answer that did not come."""

    def __init__(self, ports, token, latencies=None):
        self.ports = list(ports)
        self.token = token
        self.at = 0
        self.connection = None
        self.latencies = latencies if latencies is not None else {}  # what -> seconds of each answer
        self.lost = 0  # requests that got no answer
        self.put_off = 0  # answers that said: later

    def once(self, method, path, body=None, **headers):
        """One request. Raises OSError or HTTPException where no whole answer came."""
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.ports[self.at], timeout=60)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            self.connection.request(method, path, body, {"Authorization": "Bearer " + self.token, **named})
            answer = self.connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read())
        except (OSError, http.client.HTTPException):
            self.close()
            raise

    def close(self):
        if self.connection is not None:
            self.connection.close()
        self.connection = None

    def ask(self, what, method, path, body=None, **headers):
        """Until there is an answer; `what` names it among the latencies, which are of the answers that came at once."""
        until = time.monotonic() + PATIENCE_SECONDS
        first = True
        while time.monotonic() < until:
            begun = time.monotonic()
            try:
                answer = self.once(method, path, body, **headers)
            except (OSError, http.client.HTTPException):
                self.lost += 1
                self.at = (self.at + 1) % len(self.ports)
                time.sleep(0.05)
            else:
                if answer.status not in (429, 503):
                    if first:
                        self.latencies.setdefault(what, []).append(time.monotonic() - begun)
                    return answer, first
                self.put_off += 1
                time.sleep(0.1)
            first = False
        raise GaveUp(f"{method} {path}: no answer in {PATIENCE_SECONDS} s")

    def json(self, what, method, path, body=None, **headers):
        answer, _ = self.ask(what, method, path, body, **headers)
        return answer.status, json.loads(answer.body)
