"""Phrases of Chinese gateways' errors, in the words that English ones have for the same.

A record holds English words of a fixed list: these phrases would go as unknown text, and with them
what an error is about. Sources: the error texts of new-api and one-api (`middleware`, `service`),
and of Zhipu's error-codes page.
"""

import re

_PHRASES = {
    "余额不足": "insufficient balance",
    "请充值": "please recharge",
    "额度不足": "insufficient quota",
    "额度已用尽": "quota exceeded",
    "预扣费额度失败": "insufficient quota",
    "无效的令牌": "invalid token",
    "令牌已过期": "token expired",
    "令牌状态不可用": "token disabled",
    "未提供令牌": "no token provided",
    "无权访问模型": "not allowed to access model",
    "已被封禁": "account suspended",
    "无可用渠道": "no available channel",
    "负载已饱和": "upstream overloaded",
    "速率限制": "rate limit",
    "请求过多": "too many requests",
    "请求过于频繁": "too many requests",
    "稍后再试": "try again later",
    "稍后重试": "try again later",
    "模型不存在": "model not found",
    "参数有误": "invalid parameter",
    "参数错误": "invalid parameter",
    "敏感内容": "content policy",
    "服务繁忙": "server busy",
    "系统繁忙": "server busy",
    "超时": "timeout",
}
_ANY = re.compile("|".join(sorted(map(re.escape, _PHRASES), key=len, reverse=True)))


def in_english(text: str) -> str:
    """A text with the phrases that are known put into English; all else is left as it is."""
    if text.isascii():
        return text
    return _ANY.sub(lambda found: f" {_PHRASES[found[0]]} ", text)
