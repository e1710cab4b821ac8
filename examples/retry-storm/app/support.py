"""The support-answering service: one ticket in, one drafted answer out."""

import os
import sys

from openai import OpenAI
from prompt_service import messages_for

client = OpenAI(
    api_key=os.environ["COMETAPI_KEY"],
    base_url=os.environ.get("COMETAPI_BASE_URL", "https://api.cometapi.com/v1"),
)


def answer(ticket: str) -> str:
    """The drafted answer to a ticket."""
    completion = client.chat.completions.create(
        model="gpt-4.1-nano",
        messages=messages_for(ticket),
        temperature=0.2,
        max_tokens=120,
    )
    return completion.choices[0].message.content


if __name__ == "__main__":
    print(answer(sys.argv[1]))
