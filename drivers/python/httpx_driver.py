"""A client by hand on `httpx`: no retries, and a loop over lines as many applications have it."""

import json

import httpx
from driver import serve


def ask(trial):
    """One request; every status above 399 is raised."""
    body = {"model": trial["model"], "messages": trial["messages"], "stream": trial["stream"]}
    headers = {"Authorization": f"Bearer {trial['api_key']}"}
    url = f"{trial['base_url']}/chat/completions"
    with httpx.Client(timeout=trial["timeout_s"]) as client:
        if trial["stream"]:
            with client.stream("POST", url, json=body, headers=headers) as response:
                response.raise_for_status()
                return _streamed(response)
        response = client.post(url, json=body, headers=headers)
        response.raise_for_status()
        made = response.json()
    choice = made["choices"][0]
    return {
        "text": choice["message"]["content"],
        "finish_reason": choice.get("finish_reason"),
        "usage": made.get("usage"),
    }


def _streamed(response):
    text = ""
    for line in response.iter_lines():
        if not line.startswith("data: "):
            continue
        if line == "data: [DONE]":
            break
        text += json.loads(line[6:])["choices"][0]["delta"].get("content") or ""
    return text


if __name__ == "__main__":
    serve(ask)
