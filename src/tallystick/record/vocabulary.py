"""The fixed words a record may hold in the text of an error.

Default-deny: a word outside these sets is replaced by a placeholder. The lists hold the names of
the chat-completions schema and the common words of API error messages; no names of persons,
places or products of a customer, and no personal pronouns.
"""

SCHEMA_NAMES = frozenset(
    """
    annotations api_key api_version arguments assistant audio authorization auto bearer
    cached_tokens call_id choices
    chat chat.completion chat.completion.chunk code completion completion_tokens
    completion_tokens_details completions content content_filter created custom data delta
    detail developer encoding_format error errors file finish_reason frequency_penalty function
    function_call functions generation high id image image_url include_usage index
    input input_audio instructions json json_object json_schema last_error length logit_bias
    logprobs loc low max_completion_tokens max_output_tokens max_tokens medium message messages
    metadata min_p minimal modalities model models msg n name none null object parallel_tool_calls
    param parameters parts previous_response_id prediction presence_penalty prompt
    prompt_cache_key prompt_tokens prompt_tokens_details properties provider reasoning
    reasoning_content reasoning_details reasoning_effort reasoning_tokens refusal
    repetition_penalty required response response_format role safety_identifier schema seed
    service_tier stop store stream stream_options strict system system_fingerprint temperature
    text thinking tool tool_call tool_call_id tool_calls tool_choice tools top_k top_logprobs
    top_p total_tokens type usage user verbosity web_search_options
    thinking_budget enable_thinking budget_tokens additionalproperties
    extra_body num_predict num_ctx logits_processors guided_json cache_control
    accepted_prediction_tokens rejected_prediction_tokens audio_tokens text_tokens
    latency_checkpoint claude_cache_creation_5_m_tokens claude_cache_creation_1_h_tokens
    obfuscation signature title status instance timestamp request_id requestid body path query
    system_prompt deployment api-version stream_error
    """.split()
)

ERROR_CODES = frozenset(
    """
    access_denied account_deactivated api_error arrearage datainspectionfailed
    data_inspection_failed authentication_error authorization_error
    bad_gateway bad_request bad_response bad_response_status_code billing_hard_limit_reached
    billing_not_active channel comet_api_error content_policy_violation context_length_exceeded
    deploymentnotfound do_request_failed duplicate empty_array engine extra_forbidden
    failed_generation forbidden free_tier gateway_timeout get_channel_failed
    insufficient_balance insufficient_credits insufficient_permissions insufficient_quota
    insufficient_user_quota integer_above_max_value integer_below_min_value
    internal_error internal_server_error internalerror invalid_api_key invalid_argument
    invalid_authentication invalid_function_parameters invalid_issuer invalid_model
    invalid_organization invalid_parameter_error invalid_prompt invalid_request
    invalid_request_body invalid_request_error invalid_response_format invalid_token invalid_type
    invalid_union invalid_value invalidparameter invalidsubscription ip_not_authorized
    json_invalid json_validate_failed limit_source literal_error max_retries_exceeded
    message_type missing missing_required_parameter missing_scope mismatched_organization
    model_deprecated model_not_active model_not_available model_not_found
    model_not_supported modelnotfound new_api_error no_available_channel no_healthy_upstream
    not_found not_found_error openrouter_free_tier_daily operationnotsupported
    organization_quota_exceeded
    overloaded overloaded_error param_error parsing_error payload_too_large permission_denied
    permission_error permissiondenied pre_consume_token_quota_failed project_not_found
    prompt_tokens_exceeded provider_error provider_name provider_unavailable
    quota_exceeded rate_limit rate_limit_error rate_limit_exceeded ratelimit ratelimitreached
    read_timeout request_timeout request_too_large requests resource_exhausted
    responsibleaipolicyviolation
    server_error server_is_busy service_unavailable string_above_max_length string_type
    throttlingexception timeout_error token_expired token_revoked token_quota_exceeded
    tokens tokens_per_minute requests_per_minute requests_per_day tokens_per_day
    tokens_limit_reached toomanyrequests too_many_requests unauthenticated unauthorized
    unexpected_keyword_argument unknown_model unknown_parameter unknown_url
    unprocessable_entity unrecognized_keys unsupported_country_region_territory
    unsupported_model unsupported_parameter unsupported_value upstream_error
    upstream_timeout user_location validation_error validationexception value_error
    wrong_api_format x_ratelimit internal_error_proxy errorcode statuscode
    accessdenied notfound badrequest invalidrequest serviceunavailable internalservererror
    authenticationerror missingkey gateway_error http_error fetch_error failed_precondition
    out_of_range unimplemented unavailable deadline_exceeded aborted cancelled
    """.split()
)

WORDS = frozenset(
    """
    a about above accept accepted access account accounts action active add added additional after
    again against all allocated allow allowed already also always an and another any api apikey
    application are array as assigned at attempt attempts attribute audience auth
    authenticate authentication authorization authorized available
    bad balance based basic be bearer because been before begin being below between billing
    blank block blocked body boolean both but by byte bytes
    cache cached call called calls can cannot capacity cause certificate challenge change changed
    channel channels character characters check choose class client close closed cloud
    combination complete completed concurrency concurrent configuration configured connect
    connection consider contact contain contained contains context convert correct corrupt could
    country create credential credentials credit credits current currently
    daily data date day days deactivated deadline decode default defined delay
    denied deny deployment deployments deprecated depth deserialize detailed details detected
    developers dict did different direct disabled disallowed discontinued distributor do
    document does domain done due duplicate during
    each early effort either element email empty enable enabled encountered end endpoint
    endpoints engine enough ensure enterprise entity entries entry enum environment
    exactly exceed exceeded exceeding exceeds excluded exhausted exist existing exists expect
    expected expects expired expires expiry explicitly extra
    fail failed failing failure false fetch field fields first float follow followed following
    for forbidden format formed found free frequency from full
    gateway general generate generated generating get given go got group groups
    handle handled handler has have header headers health healthy higher host hour hours how
    however html http https
    if ignored immediately in inactive inaccessible include included includes including
    incompatible incomplete incorrect increase index inference information inner inputs
    inside instead insufficient int integer internal invalid invalidated is issue issuer it item
    items its
    keep key keys known
    large larger last later least left less let level like likely limit limited limits line list
    literal loading local locale location long longer lower
    made make malformed many match matches matching maximum may meaning media memory
    mention method methods minimum minute minutes mismatch missing mistake mode moderation
    modify moment month monthly more most must
    named need needed needs negative nested network new next no non not number numeric
    of off ok on once one only open operation option optional options or order
    organization origin other out output over overload overloaded
    page parallel parameter pattern parse parsed parsing part parts pass passed path pay payload
    payment per perform permission permissions permitted plan plans please policies policy
    portal position positive possible prefer prefix present prevent previous
    privacy problem process processed processing project prompts properly property protocol
    provide provided provider providers proxy purchase
    quantity query queue quota
    range rate raw reach reached read ready reason receive received recently
    recognized reduce refer reference refused region regions reject rejected release
    reload remaining remove removed repeat replace request requested requesting requests
    require requires reset resource resources responding responses responded
    responsible restricted result results resume retired retries retry retrying return returned
    reverse review revoked route router routes routing rpd rpm
    same scope scopes second seconds secret section security see send sending sensitive sent
    sequence server service services session set setting settings several short should
    shorter show shut since single size slow small smaller so some source space
    specific specified specify spending standard start started state status
    still string structure subscription such sufficient support supported supports
    suspended switch syntax
    take temporarily temporary terminated territory than that the their them then there these
    they this those throttled tier time timed timeout times to token tokens too top total tpd
    tpm traffic trailing transfer trial true try trying turn two
    unable unauthorized unauthenticated unavailable unchanged unclassified under unexpected
    unhealthy unique unknown unless unlimited unprocessable unreachable unrecognized
    unsupported until up update upgrade upstream uri url use used uses using
    valid validate validation value values variable variant variants verification verified verify
    version via violated violation visit
    wait waiting was way we week well were what when where whether which while will window
    with within without wrong
    year yet you your zero afford fewer sure making occurred responded page gone lacks needs
    whitelist allowlist exception unhandled traceback nonetype null undefined abort bearer
    subscriptable iterable callable
    connecting idle
    attempted beyond behind busy came class conversation core cut deploy disable disallow
    ended ending exact execute explicit extend feature features final fully hit hitting
    identical ignore ignores implement implemented initial input inputs insert install invalidate
    latest lifetime load manually mark matched mandatory mixed natural neither newer normal note
    older overflow overridden owner oversized owned parsable picked plain prompted property
    quickly quotas re-authenticate reduced regenerate register registered regular
    rejecting relevant renew replaced resend resolve resolved revoke rotated safe schema seconds
    selected separate served serving share shared sign signed sign-in similar slow
    specifying stage stopped strictly submit submitted subscribe subscribed success
    succeeded successful sum switched tag target task terminate tested third thread throttle
    throttling transient transmit turned types unauthenticated unknown unlock unmarshal unused
    updated uploading usable user_id util validated vary versions waited warning
    missing-header authorize authorised unauthorised organisation utilization spend spent
    hard soft cap capped top-up topup recharge arrears overdue owed outstanding negative
    roles alternate alternating jinja template guardrail guardrails quantity backend extra-inputs
    hanging sampled weekly modality modalities audience sampling unprocessed unmatched
    developer assistants users systems turns pair pairs beginning consecutive
    model's isn't doesn't can't couldn't don't wasn't won't aren't didn't hasn't
    free-models-per-day free-models-per-min budget budgets exceeded cost costs signature
    recognized recognised supplied extra forbidden unprocessable decode decoded decoding
    max min argument arguments back word words every into had find found now just here down
    together alongside either letters digits underscores hyphens dashes alphanumeric lowercase
    uppercase regex expression objects arrays strings numbers integers booleans non-empty
    whitespace preceding preceeding corresponding starting starts begins begin ends answer answered
    answers choice choices formats form mime png jpeg jpg gif webp heic pdf base64 inline encoded
    encoding uploaded upload download downloaded downloading image images picture file files blocks
    greater equal decimal unterminated ids finish finished allows allowing correctly truncated
    thought thoughts summary submitting saturated demand every combined combination simultaneously
    unsupported recursion enabling thinking reasoning preview retrieve non-streaming
    non-stream decommissioned sunset shutdown documentation docs consult recommendation
    recommendations sequences deploying deployed
    """.split()
)

# What clients and their libraries call a transport failure: Chromium, Node and undici, Python, Go,
# curl, Java. Each tells which kind it was, and none says where the connection went.
TRANSPORT_WORDS = frozenset(
    """
    dns tls ssl net java javax tcp http2 nor getaddrinfo gaierror enotfound eai_again enodata
    nodename servname hostname host lookup resolve resolution temporary econnreset econnrefused
    econnaborted etimedout epipe ehostunreach enetunreach eproto errno syscall dial socket hang
    hangup up peer premature prematurely eof broken pipe unreachable offline cors goaway chunked
    handshake x509 pkix chain self-signed self_signed_cert_in_chain depth_zero_self_signed_cert
    cert_has_expired unable_to_verify_leaf_signature unable_to_get_issuer_cert_locally
    certificate_verify_failed
    err_tls_cert_altname_invalid wrong_version_number unexpected_eof_while_reading sslerror
    sslhandshakeexception err_name_not_resolved err_connection_reset err_connection_refused
    err_connection_closed err_connection_aborted err_connection_failed err_connection_timed_out
    err_timed_out err_empty_response err_failed err_aborted err_internet_disconnected
    err_network_changed err_network_access_denied err_address_unreachable err_ssl_protocol_error
    err_cert_authority_invalid err_cert_common_name_invalid err_cert_date_invalid err_cert_invalid
    err_proxy_connection_failed err_tunnel_connection_failed err_http2_protocol_error
    err_incomplete_chunked_encoding err_content_length_mismatch err_invalid_url err_invalid_char
    err_blocked_by_client err_stream_premature_close und_err_socket und_err_connect_timeout
    und_err_headers_timeout und_err_body_timeout und_err_aborted connecterror connecttimeout
    readtimeout readerror writetimeout pooltimeout remoteprotocolerror localprotocolerror
    unsupportedprotocol apiconnectionerror apitimeouterror connectionreseterror
    connectionrefusederror brokenpipeerror serverdisconnectederror clientconnectorerror
    newconnectionerror maxretryerror nameresolutionerror readtimeouterror connecttimeouterror
    incompleteread protocolerror remotedisconnected proxyerror aborterror cancellederror
    eofexception socketexception httpsconnectionpool httpconnectionpool timeouterror asyncio
    exceptions io
    urllib3 httpx httpcore aiohttp requests openai undici
    unknownhostexception sockettimeoutexception sockettimeout connectexception sslexception
    httpconnecttimeoutexception curl illegal disconnected tunnel reply awaiting cancel canceled
    """.split()
)

GATEWAY_WORDS = frozenset(
    """
    akamai apigw apisix aws-elb awselb caddy cloudflare cloudfront envoy gws haproxy istio-envoy
    kong litespeed nginx openresty squid traefik uvicorn varnish vercel waf zscaler fastly gunicorn
    doctype html challenge captcha login error timeout blocked
    """.split()
)

# Names of types and of their methods that runtimes put in quotation marks (Python, built-in types;
# ECMAScript): no value that anybody sent.
OF_LANGUAGES = frozenset(
    """NoneType str int float dict list tuple bool bytes undefined null strip lstrip rstrip lower
    upper split startswith endswith replace encode decode get items keys values append join trim
    length map toString""".split()
)
# Classes of the mainstream SDKs (openai-python, `openai.types.chat`; httpx; asyncio), which an
# exception names where an application uses one as what it is not.
OF_SDKS = frozenset(
    """ChatCompletion ChatCompletionChunk ChatCompletionMessage ChatCompletionMessageToolCall
    ChatCompletionTokenLogprob Choice ChoiceDelta ChoiceDeltaToolCall CompletionUsage
    ParsedChatCompletion ParsedChoice Stream AsyncStream OpenAI AsyncOpenAI AzureOpenAI
    ModelResponse AIMessage AIMessageChunk coroutine generator async_generator""".split()
)
_ALL = SCHEMA_NAMES | ERROR_CODES | WORDS | TRANSPORT_WORDS


def is_known(word: str) -> bool:
    """Whether `word`, in any case, belongs to the fixed vocabulary."""
    return word.lower() in _ALL


def is_name(word: str) -> bool:
    """Whether `word` is a name of the schema or an error code (allowed inside quotation marks)."""
    lowered = word.lower()
    return lowered in SCHEMA_NAMES or lowered in ERROR_CODES
