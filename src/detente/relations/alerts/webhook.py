"""Webhooks: an alert as a signed POST, tried again where trying again may help.

The signature is the HMAC-SHA256 of "TIME.BODY" in hexadecimal, with the moment of sending in it, so that a recorded
message cannot be sent again later: `Detente-Signature: t=1623830400,v1=...`. `Detente-Delivery` is the alert's id, by
which a receiver knows what it has already.
"""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from detente.about import __version__
from detente.errors import DetenteError

if TYPE_CHECKING:
    import httpx

    from detente.relations.alerts.records import Alert

SIGNATURE, DELIVERY = "Detente-Signature", "Detente-Delivery"
TRIES = 5
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0  # seconds; each pause is twice the one before
TIMEOUT = 10.0
TOLERANCE = 300  # seconds by which the moment in a signature may lie off


class WebhookFailed(DetenteError):
    """A receiver that cannot be reached or refuses; `status` is its last answer, None where there was none."""

    def __init__(self, url: str, tries: int, why: str, status: int | None = None) -> None:
        self.url, self.tries, self.status = url, tries, status
        super().__init__(f"{url}: {why} ({tries} {'try' if tries == 1 else 'tries'})")


@dataclass(frozen=True)
class Webhook:
    """A receiver. Without a secret nothing is signed."""

    url: str
    secret: str | None = None
    tries: int = TRIES
    pause: Callable[[float], None] = field(default=time.sleep)

    def send(self, alert: Alert) -> int:
        """How many tries it took; raises WebhookFailed.

        Tried again after failed connections, time-outs, 408, 429 and 5xx, with pauses that double and heed Retry-After.
        """
        import httpx

        from detente.relations.alerts.deliver import as_json

        body = as_json(alert).encode()
        status, why = None, ""
        with httpx.Client(timeout=TIMEOUT, follow_redirects=False) as client:
            for number in range(1, self.tries + 1):
                wait = min(FIRST_PAUSE * 2 ** (number - 1), LONGEST_PAUSE)
                try:
                    response = client.post(self.url, content=body, headers=self._headers(alert.id, body))
                except httpx.TransportError as error:
                    status, why = None, f"cannot be reached ({type(error).__name__}: {error})"
                else:
                    if response.is_success:
                        return number
                    status, why = response.status_code, f"answered {response.status_code} {response.reason_phrase}"
                    if status not in (408, 429) and status < 500:
                        raise WebhookFailed(self.url, number, why, status)
                    wait = _retry_after(response, wait)
                if number < self.tries:
                    self.pause(wait)
        raise WebhookFailed(self.url, self.tries, why, status)

    def _headers(self, id_: str, body: bytes) -> dict[str, str]:
        headers = {
            "Content-Type": "application/json; charset=utf-8", "User-Agent": f"Detente/{__version__}", DELIVERY: id_,
        }  # fmt: skip
        if self.secret:
            headers[SIGNATURE] = sign(self.secret, body, int(time.time()))
        return headers


def _retry_after(response: httpx.Response, wait: float) -> float:
    given = response.headers.get("Retry-After", "")
    return min(float(given), LONGEST_PAUSE) if given.isdigit() else wait


def sign(secret: str, body: bytes, moment: int) -> str:
    digest = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={moment},v1={digest}"


def verify(secret: str, body: bytes, signature: str, now: float | None = None, tolerance: int = TOLERANCE) -> bool:
    """For receivers: whether the header's signature is ours and not older, or newer, than `tolerance` seconds."""
    parts = dict(part.split("=", 1) for part in signature.split(",") if "=" in part)
    moment = parts.get("t", "")
    if not moment.isdigit() or abs((time.time() if now is None else now) - int(moment)) > tolerance:
        return False
    return hmac.compare_digest(sign(secret, body, int(moment)).encode(), signature.encode())
