"""What the columns of a table are, by their headings, in the languages that pages have."""

import re
from collections.abc import Mapping

_ENGLISH: Mapping[str, str] = {
    "status": r"status(?:es)?(?: codes?)?|http(?: status)?(?: code)?|status / signal|signal"
    r"|failure|what you (?:got|get|see)|you (?:got|get|see)|(?:response|answer)(?: status| code)",
    "code": r"(?:error[ ._]?)?code|error(?: type)?|type of error",
    "retry": r"retry\??|retryable\??|should (?:you|i) retry\??|retry policy|retries|retry advice"
    r"|(?:(?:send|try|call|repeat)(?: it)? )?again\??|repeat\??|safe to (?:retry|repeat)\??"
    r"|(?:can|may) be (?:retried|repeated)\??|(?:client |recommended |suggested |your )?action"
    r"|retried(?: by [\w ]+)?\??|worth (?:repeating|another try)\??"
    r"|(?:how|what) to (?:do|resolve|fix|handle|recover|proceed)(?: (?:it|this|about it|next))?|do"
    r"|(?:the )?same (?:request|call)(?: again)?\??|resolutions?|solutions?|fix(?:es)?"
    r"|remed(?:y|ies)|mitigations?|handling|advice|guidance|(?:recommended|suggested|proposed) \w+"
    r"|(?:recommend|suggest)(?:ation|ion)s?|next steps?|(?:client )?behaviou?r",
    "meaning": r"(?:usual |typical |common )?meaning|means|comes? from|description"
    r"|(?:(?:possible|common|typical|likely|usual) )?"
    r"(?:causes?|reasons?|issues?|problems?|triggers?|scenarios?)|why(?: it happens)?|notes?"
    r"|what (?:(?:it|this) (?:means|does|is|holds|says)|happen(?:s|ed))|holds|contains"
    r"|details?|when(?: it happens| returned)?|explanation|message|purpose|effect|comments?"
    r"|must be|contents?",
    "field": r"name|property|path|arguments?|keys?|(?:fields?|param(?:eter)?s?|members?"
    r"|attributes?)(?: of (?:the |an? |each |every )?`?\w+`?)?",
    "range": r"range|values|allowed(?: values)?|limits?|constraints?",
    "minimum": r"min(?:imum)?(?: value)?|smallest(?: value)?|lowest(?: value)?|at least",
    "maximum": r"max(?:imum)?(?: value)?|largest(?: value)?|highest(?: value)?|at most|up to",
    "type": r"(?:data )?types?",
    "in": r"in|location|where",
    "default": r"default(?: value)?",
    "required": r"required\??|presen(?:t|ce)\??|always(?: there| present| sent| returned)?\??",
    "charged": r"(?:is it |are you |am i )?(?:charged|billed|free|paid)\??|on (?:your|the) bill\??"
    r"|是否(?:计费|扣费)|计费|扣费",
    "setting": r"(?:settings?|item|option|question|topic)"
    r"(?: (?:of|in) (?:the|your) (?:client|app|tool|plugin|ui))?|(?:client|app|sdk) setting",
    "value": r"value|use|answer|(?:set (?:it )?to|what to enter|enter)",
}
# The same headings in Chinese, Japanese, German, French and Spanish.
_ABROAD: Mapping[str, tuple[str, ...]] = {
    "status": (
        r"(?:http ?)?状态(?:码)?",
        r"http[- ]?status(?:code)?",
        r"statuscode",
        r"código(?: de estado)?",
        r"code http",
    ),
    "code": (
        r"código de error",
        r"错误码",
        r"错误代码",
        r"fehlercode",
        r"код(?: ошибки| ответа)?",
    ),
    "retry": (
        r"(?:是否)?(?:可)?(?:以)?重试",
        r"(?:处理|解决)(?:办法|方法|方案|建议|方式)",
        r"wiederholen\??",
        r"повтор(?:ять|ить)?\??",
        r"処理",
        r"réessayer\??",
        r"¿?(?:se puede )?reintentar\??",
    ),
    "meaning": (
        r"含义",
        r"说明",
        r"(?:详细)?描述",
        r"(?:常见|可能|错误)原因",
        r"описание",
        r"значение",
        r"причина",
        r"原因",
        r"解释",
        r"bedeutung",
        r"beschreibung",
        r"ursache",
        r"说明信息",
        r"意味",
        r"description",
        r"signification",
        r"significado",
        r"descripción",
        r"causa",
        r"motivo",
        r"significa",
    ),
    "field": (
        r"参数(?:名|名称)?",
        r"字段(?:名|名称)?",
        r"名称",
        r"feld",
        r"feldname",
        r"パラメータ",
        r"paramètre",
        r"champ",
        r"parámetro",
        r"campo",
    ),
    "range": (
        r"取值范围",
        r"范围",
        r"wertebereich",
    ),
    "in": (
        r"(?:参数|所在|传参)?位置",
        r"场所",
        r"場所",
    ),
    "type": (
        r"(?:数据)?类型",
        r"typ",
        r"datentyp",
        r"型",
        r"タイプ",
        r"tipo",
    ),
    "default": (
        r"默认(?:值)?",
        r"standard(?:wert)?",
        r"vorgabe",
        r"par défaut",
        r"valeur par défaut",
        r"por defecto",
        r"predeterminado",
    ),
    "required": (
        r"(?:是否)?必(?:填|需|须|选|传)",
        r"pflicht(?:feld)?",
        r"erforderlich",
        r"必須",
        r"requis",
        r"obligatoire",
        r"obligatorio",
    ),
}
_COLUMNS = {name: "|".join((words, *_ABROAD.get(name, ()))) for name, words in _ENGLISH.items()}


# Columns of nothing but yes and no.
_ASKS_AGAIN = re.compile(
    r"(?:是否)?可?以?重试|retr(?:y|yable|iable)\?*|(?:can|may) be retried\??|safe to retry\??",
    re.IGNORECASE,
)


def columns_of(headings: tuple[str, ...]) -> dict[str, int]:
    """Which column of a table is which, by its heading; those that say nothing are left out."""
    found: dict[str, int] = {}
    headings = tuple(heading.strip().removesuffix("(s)").strip(" *") for heading in headings)
    for index, heading in enumerate(headings):
        for name, pattern in _COLUMNS.items():
            if name not in found and re.fullmatch(pattern, heading, re.IGNORECASE):
                found[name] = index
                break
    asked = [i for i, one in enumerate(headings) if _ASKS_AGAIN.fullmatch(one)]
    found |= {"retry": asked[0]} if asked else {}  # beside a column of what to do
    if "status" not in found and "code" in found:
        found["status"] = found.pop("code")  # a table of statuses under another heading
    return found
