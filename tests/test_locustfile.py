"""The simulated shoppers of locustfile.py, in a process of their own: locust changes how Python waits."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# Port 1 answers nobody, as a server that closes the connection instead of an answer.
PROGRAM = """
import json
from locust.env import Environment
from locustfile import Shopper

Shopper.host = "http://127.0.0.1:1"
environment, failed = Environment(user_classes=[Shopper]), []
environment.events.request.add_listener(lambda name, exception, **_: failed.append(name) if exception else None)
shopper = Shopper(environment)
shopper.on_start()
shopper.seen = [{"id": "a", "title": "Lamp", "in_stock": True}]
for task in dict.fromkeys(Shopper.tasks):
    task(shopper)
print(json.dumps([sorted(failed), len(shopper.seen)]))
"""


def test_a_request_without_an_answer_is_counted_and_the_shopper_goes_on():
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True, check=True, timeout=180
    )

    failed, seen = json.loads(done.stdout)
    assert failed == [
        "add to cart", "cart", "event", "predicted rating", "product", "rail", "rail", "search", "similar rail",
    ]  # fmt: skip
    assert seen == 1
