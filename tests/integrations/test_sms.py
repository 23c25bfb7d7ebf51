"""SMS providers, against servers that speak their protocol."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from integrations.errors import Refused, Unavailable
from integrations.sms import Provider, Text, provider_of
from integrations.sms.ovh import signature as ovh_signature
from integrations.sms.text import plain, size_of
from integrations.sms.twilio import is_signed, signature
from tests.standins.http import Answer, Call, Partner
from tests.standins.twilio import Twilio

TEXT = Text(to="+447700900123", body="See you on Tuesday", reference="7f3c2b")


@pytest.fixture
def twilio() -> Iterator[tuple[Partner, Twilio]]:
    stand_in = Twilio()
    with Partner(stand_in) as partner:
        yield partner, stand_in


def _provider(partner: Partner) -> Provider:
    return provider_of("twilio://AC1:to%3Aken@/?from=%2B447700900456", base_url=partner.url)


def test_twilio_takes_a_text(twilio: tuple[Partner, Twilio]) -> None:
    partner, stand_in = twilio
    sid = _provider(partner).send(TEXT)
    (call,) = partner.calls
    assert sid == stand_in.messages[0]["sid"]
    assert call.path == "/2010-04-01/Accounts/AC1/Messages.json"
    assert call.headers["Authorization"] == "Basic QUMxOnRvOmtlbg=="
    assert call.fields == {"To": "+447700900123", "Body": "See you on Tuesday", "From": "+447700900456"}


@pytest.mark.parametrize(("number", "code"), [("+15005550001", "21211"), ("+15005550004", "21610")])
def test_twilio_refuses_for_good(twilio: tuple[Partner, Twilio], number: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        _provider(twilio[0]).send(Text(to=number, body="Hello"))
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("fault", "code", "pause"),
    [("500", "http-500", None), ("429", "http-429", 7.0), ("reset", "ConnectionError", None), ("garbage", "", None)],
)
def test_twilio_in_trouble_is_asked_again(
    twilio: tuple[Partner, Twilio], fault: str, code: str, pause: float | None
) -> None:
    twilio[0].faults.append(fault)
    with pytest.raises(Unavailable) as trouble:
        _provider(twilio[0]).send(TEXT)
    assert (trouble.value.code, trouble.value.retry_after) == (code or "http-200", pause)


def test_twilio_that_hangs_is_left(twilio: tuple[Partner, Twilio], settings: Any) -> None:
    settings.PARTNER_TIMEOUTS = (1.0, 0.2)
    twilio[0].faults.append("hang")
    with pytest.raises(Unavailable) as trouble:
        _provider(twilio[0]).send(TEXT)
    assert trouble.value.code == "ReadTimeout"


def test_text_that_left_before_the_line_broke_is_not_sent_twice(twilio: tuple[Partner, Twilio]) -> None:
    partner, stand_in = twilio
    partner.faults.append("accept-then-die")
    with pytest.raises(Unavailable):
        _provider(partner).send(TEXT)
    again = Text(to=TEXT.to, body=TEXT.body, reference=TEXT.reference, tried_before=True)
    assert _provider(partner).send(again) == stand_in.messages[0]["sid"]
    assert len(stand_in.messages) == 1


def test_text_tried_before_that_never_arrived_is_sent(twilio: tuple[Partner, Twilio]) -> None:
    partner, stand_in = twilio
    _provider(partner).send(Text(to=TEXT.to, body=TEXT.body, tried_before=True))
    assert len(stand_in.messages) == 1


def test_twilio_signature_is_the_documented_one() -> None:
    fields = {
        "AccountSid": ["AC" + "0" * 32],
        "ApiVersion": ["2010-04-01"],
        "From": ["+447700900456"],
        "MessageSid": ["SM" + "0" * 31 + "1"],
        "MessageStatus": ["delivered"],
        "To": ["+447700900123"],
    }
    url = "https://garage.example/hooks/twilio/status"
    assert signature("test-token", url, fields) == "BkuHi9lzpFJG7HSSoP7KDwm6j94="
    assert is_signed("test-token", url, fields, "BkuHi9lzpFJG7HSSoP7KDwm6j94=")
    assert not is_signed("test-token", url, fields | {"To": ["+447700900124"]}, "BkuHi9lzpFJG7HSSoP7KDwm6j94=")


def test_ovh_takes_a_text_and_signs_its_call() -> None:
    def ovh(call: Call) -> Answer:
        return Answer(200, "1760000000") if call.path == "/auth/time" else Answer(200, {"ids": [42]})

    with Partner(ovh) as partner:
        provider = provider_of("ovh://AK:AS_test@sms-ab12345-1?consumer=CK_test&from=NORTHGATE", base_url=partner.url)
        assert provider.send(TEXT) == "42"
    job = partner.calls[-1]
    assert job.json == {
        "message": "See you on Tuesday",
        "receivers": ["+447700900123"],
        "noStopClause": True,
        "tag": "7f3c2b",
        "sender": "NORTHGATE",
    }
    url = f"{partner.url}/sms/sms-ab12345-1/jobs"
    signed = ovh_signature("AS_test", "CK_test", "POST", url, job.body.decode(), "1760000000")
    assert job.headers["X-Ovh-Signature"] == signed


def test_ovh_signature_is_the_documented_one() -> None:
    url, body = "https://eu.api.ovh.com/1.0/sms/sms-ab12345-1/jobs", '{"message":"Hi","receivers":["+447700900123"]}'
    signed = ovh_signature("AS_test", "CK_test", "POST", url, body, "1760000000")
    assert signed == "$1$243c9e099e827dceb04bbbd37dd217921bbfed83"


def test_unknown_provider_is_named() -> None:
    with pytest.raises(ValueError, match="pigeon"):
        provider_of("pigeon://loft")


@pytest.mark.parametrize(
    ("body", "segments", "is_unicode"),
    [
        ("a" * 160, 1, False),
        ("a" * 161, 2, False),
        ("a" * 306, 2, False),
        ("a" * 307, 3, False),
        ("€" * 80, 1, False),
        ("€" * 81, 2, False),
        ("’" * 70, 1, True),
        ("’" * 71, 2, True),
        ("😀" * 35, 1, True),
        ("😀" * 36, 2, True),
        ("Ç", 1, False),
        ("ç", 1, True),
    ],
)
def test_segments_are_counted_as_networks_do(body: str, segments: int, is_unicode: bool) -> None:
    assert (size_of(body).segments, size_of(body).is_unicode) == (segments, is_unicode)


def test_dear_typography_is_made_plain() -> None:
    assert plain("It’s “ready” – 8\N{NO-BREAK SPACE}h…") == 'It\'s "ready" - 8 h...'
