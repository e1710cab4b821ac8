"""The marks by which the lines of HTTP calls are known in text logs, whoever wrote them."""

import re

# How JSON begins (RFC 8259); the time or the level of a log's line may stand in brackets, and what
# Python prints of a list has other quotation marks.
JSON_BEGINS = r"\{\s*[\"}]|\[\s*(?:[\[\"\]]|\{\s*[\"}])"
URL = r"https?://[^\s\"'<>]+"
ASKS = re.compile(
    rf"\b(?P<method>GET|POST|PUT|PATCH|DELETE)\b[\s'\":,]{{1,4}}(?P<url>{URL}|/[\w/.:-]*completions\b)"
)
# A request that is told of by its address alone.
ASKS_BARE = re.compile(rf"\b(?:request|calling|call)\b[^\n\"{{]{{0,120}}?\burl=(?P<url>{URL})")
ANSWERS = re.compile(
    r"(?:(?:^|[\s\]])(?:<{1,3}|<--?|\u2190)\s*(?:HTTP/[\d.]+ )?|\bHTTP/[\d.]+ |\bHTTP (?=\d)"
    r"|\b(?:response (?:code|status)|status[_ ]code|HTTP status|(?i:response))[:= ]{1,2}(?=\d)"
    r"|\bresponse: Status |\bresponse headers after [\d.]+ ?ms - "  # Faraday, .NET
    r"|\s(?=\d{3}, message=)|[-:] (?=\d{3} [A-Z][\w ]{1,24} in [\d.]+ ?m?s\b))"
    r"(?P<status>[1-5]\d\d)\b(?P<rest>[^{]*)"
)
# How a line that names the call goes on to tell of its status, perhaps behind pairs of its own.
_PAIRS = r"(?:\s+[\w.-]{1,40}=(?:\"[^\"\n]{0,200}\"|[^\s\"{]{1,200}))"
AFTER = re.compile(
    rf"(?P<pairs>(?: HTTP/[\d.]+\"?)?(?:{_PAIRS}{{0,12}}\s+)?)"
    r"(?:\W{0,4}(?:->|=>|-->|returned|(?:http_?)?status(?:_?code)?)\W{0,3}|\s+(?=\d{3}(?:\s|$)))"
    r"(?P<status>[1-5]\d\d)\b(?P<rest>[^{]*)"
)
PAIR = re.compile(
    r"(?<![\w.-])(?P<name>[\w.-]{1,40})=(?P<value>\"[^\"\n]{0,200}\"|[^\s\"{]{1,200})"
)
# Names of pairs by which lines say which call, thread or job they are of.
TAG = re.compile(
    r"(?:thread|job|req|request|trace|span|worker|task|conn|corr|\w{0,20}id)", re.IGNORECASE
)
NTH = re.compile(r"\s(?:attempt|try)=(?P<number>\d)\b")
# How a line of JSON that is laid out over several goes on.
JSON_LINE = re.compile(r"\s*(?:[\"{}\[\],]|-?\d+(?:\.\d+)?,?\s*$|(?:true|false|null),?\s*$)")
CURL = re.compile(rf"(?:^|[$#%>] )curl\b[^\n]*(?:{URL}|completions\b)")
ANSWER_HEAD = re.compile(r"HTTP Response: [^{\[]*Headers\((?P<fields>[\[{].*[\]}])\)")
# One call's own lines of a client: httpx; Faraday; .NET.
LOGGED = re.compile(
    r"HTTP Request: POST \S+completions\S* \"HTTP/[\d.]+ \d{3}|\bresponse: Status \d{3}"
    r"|HTTP response headers after [\d.]+ ?ms - \d{3}"
    r"|(?m:^)\s*--> (?:POST) \S*completions\b\S* \d{3}\b"
)
# A failure of a call, by its class; what else a program raised beside a call is not of it.
RAISED = re.compile(
    r"\b(?:openai|litellm|faraday|httpx|requests|aiohttp|net::|urllib3)[\w.:]{0,60}(?:Error|Exception)"
    r"|\b(?:API|HTTP|Timeout|Connect|RateLimit|BadRequest|Authentication|NotFound|JSONDecode|Type"
    r"|Key|Attribute|Value|Validation)\w{0,40}(?:Error|Exception)\b|^Traceback",
    re.MULTILINE,
)
# What a line says where something was raised.
FAILS = re.compile(r"\b(?:failed|[Ee]rror|\w*(?:Error|Exception))\b")
# A line of nginx's error log, which names a request that the access log tells of.
OF_NGINX = re.compile(r"\d{4}/\d\d/\d\d \d\d:\d\d:\d\d \[\w+\] \d+#\d+: ")
# Names under which formats of nginx log its upstream, a dash where it asked none
# (ngx_http_upstream_module).
OF_UPSTREAM = (
    "upstream", "upstream_status", "ustatus", "us", "upstream_addr", "uaddr",
    "upstream_response_time", "urt", "uht", "uct",
)  # fmt: skip
# The head of an answer as an object in a line.
HEADERS = re.compile(r"\b(?:response_?)?headers[=:] ?(?P<fields>\{[^{}]{2,2000}\})")
# How a server's logger ends what it began with `<-- POST /path` (Hono, Koa).
ENDS = re.compile(r"^\s*--> (?:POST|GET) /")
AGAIN = re.compile(r"Retrying request to \S+ in ")
LOGICAL = "Start processing HTTP request"
WILL_REPEAT = re.compile(
    r"EventName: 'OnRetry'|(?<!not )\bretrying\b|\bwill retry\b|\bretry (?:in|after) \d"
    r"|\battempt \d+ ?(?:/|of) ?\d+\b.{0,30}\b(?:sleep|wait|back(?:ing)? ?off)",
    re.IGNORECASE,
)
OPTIONS = re.compile(r"Request options: (?P<options>\{.*\})\s*$")
# How mitmproxy's console tells that a connection ended within an answer.
# And what clients raise over that (httpx, Requests, aiohttp, urllib3).
BROKEN = re.compile(
    r"(?:\]\s+error: |\b(?:RemoteProtocol|ChunkedEncoding|ClientPayload|Protocol)Error\W{1,3})"
    r"(?P<why>peer closed connection|[^\n]*incomplete chunked read)"
)
EVENT = re.compile(r"(?:^|\s)(data: ?(?:\{.*|\[DONE\])|event: \w+)\s*$|^\s*(:(?: .*)?)$")
COMMENT = re.compile(r"\b(?:raw|line|chunk):? [\"']?(: [^\"']*)[\"']?$")
AT = re.compile(
    r"\d{4}[-/]\d\d[-/]\d\d(?:[T ]| - )\d\d:\d\d:\d\d(?:[.,]\d+)?(?: ?(?:Z|[+-]\d\d:?\d\d))?"
)
# As web servers write it (Apache HTTP Server, the Common Log Format).
AT_OF_SERVER = re.compile(r"\d{2}/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}")
OF_MODELS = re.compile(r"/(?:chat/)?completions\b|/responses\b|/messages\b|/embeddings\b")
# A request that came to nothing, as node-fetch tells of it, and a name that was not resolved
# (`dns.lookup` of Node.js).
FAILED_TO = re.compile(r"request to (?P<url>https?://\S+?) failed, reason: \S")
LOOKED_UP = re.compile(r"\bgetaddrinfo (?:ENOTFOUND|EAI_AGAIN) (?P<host>[\w.-]+)")
