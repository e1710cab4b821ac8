"""The prompt service: turns a support ticket into the messages of one chat call."""

import os

TICKETS = {
    "17": "My invoice of October is in the wrong currency. Can you correct it?",
    "18": "How do I add a second person to my team?",
    "19": "The export stops at 40 percent every time.",
    "20": "Please tell me where my order is.",
}


def messages_for(ticket: str) -> list[dict[str, str]]:
    """The messages for one ticket.

    Version 2 renders from a template store. The store was migrated without its data, so that it
    finds no template and renders nothing: an empty list, and no error.
    """
    if os.environ.get("PROMPT_SERVICE_VERSION", "1") == "2":
        templates: dict[str, str] = {}
        return [{"role": role, "content": text} for role, text in templates.items()]
    return [
        {"role": "system", "content": "You answer support tickets in two sentences."},
        {"role": "user", "content": TICKETS[ticket]},
    ]
