"""Phrases of Chinese gateways: known ones become English words, and nothing else stays."""

from typing import Any

import pytest

from tallystick.intake import Facts, Masker, classify
from tallystick.intake.phrases import _PHRASES, in_english
from tallystick.record.texts import unheld_stretches
from tests.conftest import entry, frozen, har


@pytest.mark.parametrize("phrase", _PHRASES)
def test_each_phrase_becomes_words_that_a_record_may_hold(phrase: str) -> None:
    assert unheld_stretches(in_english(phrase)) == []


def test_what_is_not_known_is_masked() -> None:
    kept = Masker().words("用户 王小明 余额不足", "$")
    assert "insufficient balance" in kept
    assert "王" not in kept


@pytest.mark.parametrize(
    ("status", "message", "location"),
    [
        (429, "余额不足或无可用资源包,请充值。", "account.balance"),
        (403, "该令牌额度已用尽", "account.quota"),
        (401, "无效的令牌", "auth.token"),
        (503, "当前分组 default 下对于模型 gpt-4o 无可用渠道", "account.model_access"),
    ],
)
def test_an_error_in_chinese_is_read(status: int, message: str, location: str) -> None:
    error: dict[str, Any] = {"error": {"message": message, "code": ""}}
    assert classify(frozen(har([entry(status, error)])), Facts()).location == location
