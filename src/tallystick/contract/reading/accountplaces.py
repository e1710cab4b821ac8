"""What a sentence may state of limits, of bills and of accounts by its words alone."""

import re

from tallystick.contract.reading.phrases import NEGATED, PLAIN, phrase
from tallystick.contract.reading.placerules import (
    FAILED,
    FREE,
    NUMBER,
    PAID,
    PER,
    SOMETHING,
    TOKENS,
    Place,
    amount,
    first_word,
)

ACCOUNT_PLACES = (
    Place(
        "limit.requests",
        re.compile(
            rf"{NUMBER} (?:requests?|calls?)(?: and [\d,.]+ tokens)?{PER}\b"
            rf"|{NUMBER} ?RPM\b|\bRPM\b\D{{0,12}}{NUMBER}"
            rf"|^How many (?:requests|calls)\b[^:]*: *{NUMBER}{PER}\b"
            rf"|(?:毎分|1 ?分(?:あたり|間に)) ?{NUMBER} ?(?:回|件|リクエスト)"
            rf"|每分钟[^。，,；;\d]{{0,8}}{NUMBER} ?次|{NUMBER} ?次 ?/ ?(?:分钟|分|min)"
            rf"|{NUMBER} запрос\w* в (?:секунду|минуту|час)"
            rf"|{NUMBER} ?回 ?/ ?分|1 ?分(?:間)?あたり[^。\d]{{0,20}}{NUMBER} ?回",
            PLAIN,
        ),
        "names a number of requests in a time",
        amount,
        "value",
    ),
    Place(
        "limit.tokens",
        re.compile(
            rf"{NUMBER} tokens?{PER}\b|{NUMBER} ?TPM\b|\bTPM\b\D{{0,12}}{NUMBER}"
            rf"|tokens?\b[^:]*: *{NUMBER}{PER}\b",
            PLAIN,
        ),
        "names a number of tokens in a time",
        amount,
        "value",
    ),
    Place(
        "limit.concurrency",
        re.compile(
            rf"{NUMBER} (?:\w+ ){{0,6}}"
            r"(?:concurrent|simultaneous|parallel|in flight|at (?:once|the same time)|open|running)"
            rf"|concurren\w+\D{{0,30}}{NUMBER}"
            rf"|(?:in parallel|at once|at the same time|concurrently)[^:]*: *(?:up to )?{NUMBER}"
            rf"|{NUMBER}[^.;]{{0,50}}\b"
            r"(?:in flight|in parallel|at the same time|at once|concurrently|simultaneously)\b"
            rf"|{NUMBER} одновременн",
            PLAIN,
        ),
        "names how many calls may run at once",
        amount,
        "value",
    ),
    Place(
        "limit.headers",
        re.compile(
            r"\b((?:x-(?:\w+-)?rate-?limit|ratelimit-)[\w-]*"
            r"|x-[a-z]+-(?:rate|bucket|quota|remaining|allowance|budget)\b[\w-]*)",
            PLAIN,
        ),
        "names a header of the limits",
        first_word,
        "value",
        NEGATED,
    ),
    Place(
        "billing.failed",
        phrase(
            rf"{FAILED}\b[^.;]{{0,80}}\b{FREE}",
            rf"{FREE}[^.;]{{0,60}}\b{FAILED}",
            abroad=r"\b(?:неудачн|ошибочн|отклон)\w+[^.;]{0,40}\bне "
            r"(?:тарифици|оплачива|списыва)\w+",
        ),
        "says that a failed call costs nothing",
        "not billed",
        "value",
    ),
    Place(
        "billing.failed",
        phrase(rf"{FAILED}{SOMETHING}(?:billed|charged|paid for|deducted|counts?|costs?)"),
        "says that a failed call is billed",
        "billed",
        "value",
        re.compile(
            rf"{FREE}|\bcounts? (?:towards?|against)\b[^.;]{{0,40}}"
            r"\b(?:RPM|TPM|limits?|quotas?|allowance|rate)\b",
            PLAIN,
        ),
    ),
    Place(
        "billing.usage",
        phrase(
            rf"{PAID}{SOMETHING}{TOKENS}",
            rf"{TOKENS}{SOMETHING}{PAID}",
            abroad=r"(?:token|usage|トークン)[^。]{0,40}(?:计费|扣费|課金)"
            r"|(?:计费|扣费|課金)[^。]{0,40}(?:token|usage|トークン)"
            r"|(?:токен|usage)[^.;]{0,40}(?:списа|списыва|тарифици|оплачива)"
            r"|(?:списа|списыва|тарифици|оплачива)[^.;]{0,40}(?:токен|usage)",
        ),
        "says what is billed",
        "tokens",
        "value",
        phrase(FAILED, "per minute", "limit"),
    ),
    Place(
        "billing.price",
        re.compile(
            r"\bcost\b[^.;]{0,20}=[^.;]{0,40}\btokens?\b[^.;]{0,20}[×x*]"
            r"|\b(?:you )?pay(?:ing)?\b[^.;]{0,30}\bper\b[^.;]{0,20}\btokens?\b"
            r"|[$€£¥]\s?\d[\d.,]*[^.;]{0,20}(?:/|\bper)\s?(?:1 ?)?(?:M|K|million|thousand)\b",
            PLAIN,
        ),
        "says what tokens cost",
        "by token",
        "meaning",
    ),
    Place(
        "account.model_access",
        re.compile(
            r"\bmodel_(?:access_denied|not_allowed)\b"
            r"|\bmodels?\b[^.;]{0,60}\b(?:outside|not (?:allowed|permitted|enabled|included)"
            r"|forbidden|denied)\b[^.;]{0,50}\b(?:keys?|account|plan|tier|project|team|rules?|list)\b"
            r"|\b(?:keys?|account|plan|project|team|rules?)\b[^.;]{0,50}\b(?:may not|cannot"
            r"|not allowed|no access|forbids?|den(?:y|ies))\b[^.;]{0,40}\bmodels?\b"
            r"|\bkeys?\b[^.;]{0,20}\b(?:reach(?:es)?|(?:may|can) only)\b"
            r"[^.;]{0,30}\bmodels?\b"
            r"|\bonly (?:keys|accounts)\b[^.;]{0,60}\b(?:may|can)\b[^.;]{0,30}"
            r"\b(?:call|use|reach)\b"
            r"|\b(?:group|project) of (?:your|the|a) key\b[^.;]{0,30}\bnot\b[^.;]{0,30}\bmodel\b"
            r"|\b(?:available|usable)\b[^.;]{0,20}\b(?:from|for|on)\b[^.;]{0,20}\btier\b"
            r"|(?:令牌|key|密钥|账号|分组)[^。；]{0,30}(?:没有|无法|未|只能)[^。；]{0,24}模型",
            PLAIN,
        ),
        "says that a key or an account may not use every model",
        "by key",
        "meaning",
    ),
)  # fmt: skip
