"""The `cometapi` package as a driver of the lab: one call a trial, SDK defaults."""

from chat import answer
from cometapi import CometAPI
from driver import serve


def ask(trial):
    """One chat completion with the SDK's own retries and the trial's time limit."""
    client = CometAPI(
        base_url=trial["base_url"], api_key=trial["api_key"], timeout=trial["timeout_s"]
    )
    return answer(client, trial)


if __name__ == "__main__":
    serve(ask)
