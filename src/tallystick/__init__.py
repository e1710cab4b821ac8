"""Tallystick: post-incident contract review for chat-completions integrations."""

__version__ = "0.1.0"
