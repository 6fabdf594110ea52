"""An attack on sign-in, as a program of its own: `python -m tests.faults.guess_passwords PORT NAME TRIES SECONDS`.

Four of five tries guess a password of NAME, the fifth takes a name of its own each time. Ends after so many that were
looked at, or so many seconds, and prints as JSON how many got which answer; "let in" counts the sessions begun.
"""

import http.client
import json
import re
import sys
import threading
import time
from collections import Counter
from itertools import count
from urllib.parse import urlencode

ADDRESS = "/admin/login/"
ATTACKERS = 8
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
# A server that is too busy is asked again after so many seconds.
PAUSE = 0.05


class Client:
    """A browser at `port` that has opened the sign-in page."""

    def __init__(self, port):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        answer, page = self.ask("GET")
        self.token = TOKEN.search(page)[1]
        self.cookie = answer.getheader("Set-Cookie").partition(";")[0]

    def ask(self, *request):
        self.connection.request(request[0], ADDRESS, *request[1:])
        answer = self.connection.getresponse()
        return answer, answer.read().decode()

    def sign_in(self, name, password):
        """Send the form; returns the status, and whether a session was begun."""
        data = {"csrfmiddlewaretoken": self.token, "username": name, "password": password, "next": "/admin/"}
        answer, _page = self.ask("POST", urlencode(data), FORM | {"Cookie": self.cookie})
        return answer.status, any("sessionid=" in cookie for cookie in answer.headers.get_all("Set-Cookie", []))


def main(port, name, tries, seconds):
    counts, numbers, end = Counter(), count(), time.monotonic() + seconds

    def attack():
        client = Client(port)
        while counts["tries"] < tries and time.monotonic() < end:
            number = next(numbers)
            status, is_let_in = client.sign_in(name if number % 5 else f"{name}{number}", f"password{number}")
            counts[status] += 1
            if status == http.client.SERVICE_UNAVAILABLE:
                time.sleep(PAUSE)
                continue
            counts["tries"] += 1
            counts["let in"] += is_let_in
        client.connection.close()

    attackers = [threading.Thread(target=attack) for _ in range(ATTACKERS)]
    for attacker in attackers:
        attacker.start()
    for attacker in attackers:
        attacker.join()
    sys.stdout.write(json.dumps(counts))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), float(sys.argv[4]))
