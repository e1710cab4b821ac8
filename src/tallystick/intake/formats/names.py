"""The names under which logs keep the parts of a call, and the words of such names."""

import re

METHODS = frozenset(("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"))
# A request line as access logs keep it (RFC 9112, section 3).
REQUEST_LINE = re.compile(r"([A-Z]{3,7}) (\S+) HTTP/[\d.]+")
ASKED = frozenset(
    "request requests req input prompt params kwargs asked outgoing outbound sent".split()
)
ANSWERED = frozenset(
    "response responses resp res output answer reply completion result incoming inbound "
    "received returned got".split()
)
BODY = frozenset(
    "body content payload data json text raw rawbody value string postdata requesthead "
    "responsehead".split()  # Cloudflare's AI Gateway keeps the heads of bodies
)
ENVELOPE = frozenset(
    "status statuscode code headers header responseheaders body content text".split()
)
# What a name is of that is about an answer, and is not the answer.
MEASURES = frozenset(
    "time times ms seconds duration latency status code size bytes length count id ids headers "
    "header type cost tokens model flags details at server host via addr address region "
    "version provider source".split()
)
# Of a name of what is only the beginning of something.
PREVIEW = frozenset("preview excerpt snippet truncated sample".split())
# Members of a request that hold what others wrote.
OF_REQUEST = frozenset("messages tools functions responseformat input prompt contents".split())
NAMES: dict[str, frozenset[str]] = {
    "url": frozenset("url uri requesturl requesturi fullurl endpoint href apiurl".split()),
    "path": frozenset("path requestpath uripath rawpath route target originalpath".split()),
    "host": frozenset("host authority requesthost serverhost upstreamhost hostheader".split()),
    "base_url": frozenset("baseurl apibase basepath".split()),
    "method": frozenset("method verb requestmethod httpmethod".split()),
    "status": frozenset(
        "status statuscode httpstatus httpstatuscode httpcode responsestatus "
        "responsestatuscode responsecode respstatus sc".split()
    ),
    "at": frozenset(
        "ts t timestamp time timestampstart date datetime start starttime startedat created "
        "createdat begin begintime timeiso8601 requesttimestamp eventtime sentat at".split()
    ),
    "end": frozenset("end endtime endedat finishedat completedat timestampend".split()),
    "error": frozenset(
        "error err exception errormessage errormsg errmessage errmsg exc excinfo excmessage "
        "stacktrace traceback failure errortext".split()
    ),
    "call": frozenset("requestid xrequestid callid".split()),
    "model": frozenset(("model", "modelname", "modelid")),
    "line": frozenset(("request", "requestline", "req")),
}
# The ends of names of what a call is called by, beside its answer's own id, and of what it and
# others are.
IDS = tuple("requestid callid responseid completionid generationid rayid cfray reqid".split())
# What the attempts of one call have in common, where a log numbers them.
OF_CALL = ("correlationid", "traceid", "taskid", "jobid", "operationid", "messageid")
# What programs make calls for, in logs that name no call.
OF_WORK = frozenset(
    "conversation conversationid thread threadid session sessionid turn turnid step stepid task job"
    " item itemid ticket ticketid document documentid docid doc record recordid row rowid"
    " chunkid runid".split()
)
TRACES = ("traceid", "traceparent", "correlationid")
# Where no name is one of these: words that a name of the part has, and words that it has not.
WORDS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "url": (frozenset("url uri endpoint href upstream".split()), frozenset(("base", "service"))),
    "path": (frozenset(("path", "route", "target")), frozenset(("file", "base"))),
    "host": (frozenset(("host", "authority")), frozenset("client peer remote name".split())),
    "method": (frozenset(("method", "verb")), frozenset()),
    "at": (
        frozenset(
            "time timestamp ts date datetime utc when at start started begin created".split()
        ),
        frozenset("end ended finished updated".split()),
    ),
    "error": (frozenset(("error", "exception", "err")), frozenset("type class code count".split())),
}
# What numbers the attempts of a call.
NTH = frozenset(
    "attempt attemptnumber attemptno attemptindex attemptnum retry retrycount retryno retryattempt "
    "retrynumber retryindex tryno trynumber".split()
)
CODES = frozenset("http response result return returned got answer".split())
UNITS = {
    "duration_ms": frozenset(
        "durationms durms latencyms elapsedms tookms responsetimems totalms timems ms".split()
    ),
    "duration_s": frozenset(
        "durations latencys elapseds tooks durationsec durationsecs durationseconds "
        "latencyseconds elapsedseconds elapsedsec".split()
    ),
}
