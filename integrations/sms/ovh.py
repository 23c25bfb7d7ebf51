"""OVHcloud SMS (https://docs.ovhcloud.com/en/guides/web-cloud/messaging/sms/api-sms-cookbook), read 2026-11."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Final

from integrations.errors import Refused
from integrations.http import body_of, call, trouble
from integrations.sms.text import LONGEST, Text

BASE_URL: Final = "https://eu.api.ovh.com/1.0"
_OK: Final = 200


@dataclass(frozen=True)
class Ovh:
    """One SMS account. `sender` must have been validated there; blank lets people answer."""

    application: str
    secret: str
    consumer: str
    service: str
    sender: str = ""
    base_url: str = ""

    def send(self, text: Text) -> str:
        """The job's number. `tag` carries our reference; every text is a service message, hence no STOP clause."""
        job: dict[str, object] = {
            "message": text.body[:LONGEST],
            "receivers": [text.to],
            "noStopClause": True,
            "tag": text.reference,
        }
        sender = text.sender or self.sender
        job |= {"sender": sender} if sender else {"senderForResponse": True}
        url = f"{self.base_url or BASE_URL}/sms/{self.service}/jobs"
        body = json.dumps(job, ensure_ascii=False, separators=(",", ":"))
        answer = call("POST", url, headers=self._signed("POST", url, body), body=body.encode())
        result = body_of(answer)
        if answer.status_code != _OK:
            raise trouble(answer)
        if text.to in result.get("invalidReceivers", []) or not result.get("ids"):
            raise Refused("invalid-receiver")
        return str(result["ids"][0])

    def _signed(self, method: str, url: str, body: str) -> dict[str, str]:
        time = call("GET", f"{self.base_url or BASE_URL}/auth/time")
        if time.status_code != _OK:
            raise trouble(time)
        now = time.text.strip()
        return {
            "Content-Type": "application/json; charset=utf-8",
            "X-Ovh-Application": self.application,
            "X-Ovh-Consumer": self.consumer,
            "X-Ovh-Timestamp": now,
            "X-Ovh-Signature": signature(self.secret, self.consumer, method, url, body, now),
        }


def signature(secret: str, consumer: str, method: str, url: str, body: str, now: str) -> str:
    """OVH's signature of a call: `$1$` and SHA-1 of its parts joined by plus signs. `now` is the server's clock."""
    signed = "+".join((secret, consumer, method, url, body, now))
    return "$1$" + hashlib.sha1(signed.encode()).hexdigest()  # noqa: S324 - the partner's choice
