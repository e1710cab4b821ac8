"""One call of an OpenAI-compatible Python client, read as the vendors' samples read it."""


def answer(client, trial):
    """The text, the finish reason and the usage of one completion, plain or streamed."""
    options = {"model": trial["model"], "messages": trial["messages"], "stream": trial["stream"]}
    if trial.get("tools"):
        options["tools"] = trial["tools"]
    if trial["stream"]:
        options["stream_options"] = {"include_usage": True}
    made = client.chat.completions.create(**options)
    return _streamed(made) if trial["stream"] else _plain(made)


def _plain(made):
    choice = made.choices[0]
    calls = choice.message.tool_calls
    text = _call(calls[0].function) if calls else choice.message.content
    usage = made.usage.model_dump() if made.usage else None
    return {"text": text, "finish_reason": choice.finish_reason, "usage": usage}


def _streamed(made):
    text, finish, usage = "", None, None
    for chunk in made:
        usage = chunk.usage.model_dump() if chunk.usage else usage
        for choice in chunk.choices:
            text += choice.delta.content or ""
            text += "".join(_call(call.function) for call in choice.delta.tool_calls or ())
            finish = choice.finish_reason or finish
    return {"text": text, "finish_reason": finish, "usage": usage}


def _call(function):
    return f"{function.name or ''}{function.arguments or ''}"
