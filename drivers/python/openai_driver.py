"""The `openai` package (2.x and newer) as a driver of the lab: one call a trial, SDK defaults."""

from chat import answer
from driver import serve
from openai import OpenAI


def ask(trial):
    """One chat completion with the SDK's own retries and the trial's time limit."""
    client = OpenAI(
        base_url=trial["base_url"], api_key=trial["api_key"], timeout=trial["timeout_s"]
    )
    return answer(client, trial)


if __name__ == "__main__":
    serve(ask)
