"""A webhook proves that it comes from Meta."""

import hashlib
import hmac

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.whatsapp import challenge, verify_signature
from bot.model.errors import Forged

SECRET = "test_app_secret"  # noqa: S105
EMPTY = b'{"object":"whatsapp_business_account","entry":[]}'
EMPTY_SIGNED = "sha256=dec6a680679a968e7e0319355b23599cbfc54502c0784668e9618baa0c633756"


def test_the_signature_is_checked_over_the_raw_bytes() -> None:
    verify_signature(EMPTY, EMPTY_SIGNED, SECRET)

    with pytest.raises(Forged):
        verify_signature(EMPTY.replace(b":", b": "), EMPTY_SIGNED, SECRET)


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "sha256=",
        EMPTY_SIGNED[:-1],
        EMPTY_SIGNED[7:],
        EMPTY_SIGNED.upper(),
        EMPTY_SIGNED + "\n",
        "sha1=" + "0" * 40,
    ],
)
def test_a_signature_of_another_form_is_forged(header: str | None) -> None:
    with pytest.raises(Forged):
        verify_signature(EMPTY, header, SECRET)


@settings(deadline=None)
@given(st.binary(), st.text(min_size=1), st.text())
def test_only_the_right_secret_signs(raw: bytes, secret: str, header: str) -> None:
    signed = "sha256=" + hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()

    verify_signature(raw, signed, secret)
    for forged, key in ((header, secret), (signed, secret + "x"), (signed, "")):
        with pytest.raises(Forged):
            verify_signature(raw, forged, key)


def test_the_challenge_is_read_back() -> None:
    query = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": "ours"}

    assert challenge(query, "ours") == "1158201444"


@pytest.mark.parametrize(
    ("query", "token"),
    [
        ({}, "ours"),
        ({"hub.mode": "subscribe", "hub.verify_token": "wrong"}, "ours"),
        ({"hub.mode": "unsubscribe", "hub.verify_token": "ours"}, "ours"),
        ({"hub.mode": "subscribe", "hub.verify_token": ""}, ""),
        ({"hub.mode": "subscribe", "hub.verify_token": "нас"}, "ours"),
    ],
)
def test_a_challenge_without_our_token_is_forged(query: dict[str, str], token: str) -> None:
    with pytest.raises(Forged):
        challenge(query, token)
