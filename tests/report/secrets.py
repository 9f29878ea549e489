"""Made-up secrets, and an event's fields that carry every one of them."""

from __future__ import annotations

from typing import Any

_KEY = "ASIA" + "QWERTYUIOPASDFGH"
_TOKEN = "IQoJb3JpZ2luX2VjE" + "aB3/xY+9" * 12
_MAIL = "leader.of.team@example.com"
_SIGN_IN = "VCQgs5qZZt3Q6fn8Tr5EXAMPLEJmLnwB7JjUc"
_PASSWORD = "correct-Horse-battery-1"
_OF_A_JOURNAL = "hunter2%40home"
_SECRET_KEY = "wJalrXUtnFEMI/" + "K7MDENG/bPxRfiCYEXAMPLEKEY"

SECRETS = (_KEY, _TOKEN, _MAIL, _SIGN_IN, _PASSWORD, _OF_A_JOURNAL, _SECRET_KEY, "someone@example.com")

PLANTED: dict[str, Any] = {
    "detail": f"key {_KEY} and {_TOKEN} for {_MAIL}, "
    f"https://signin.aws.amazon.com/federation?Action=login&SigninToken={_SIGN_IN}&Issuer=x password={_PASSWORD} "
    f"postgresql://operator:{_OF_A_JOURNAL}@db.example.org/journal {{'SecretAccessKey': '{_SECRET_KEY}'}}",
    "cause": f"token {_TOKEN} of {_MAIL}",
    "facts": {
        "AccessKeyId": _KEY,
        "links": [f"https://signin.aws.amazon.com/federation?SigninToken={_SIGN_IN}"],
        "worker": {"email": _MAIL, "password": _PASSWORD, "session_token": _TOKEN},
        _MAIL: f"{_KEY}",
    },
}
