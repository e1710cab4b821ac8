"""The case folder on disk: opened, trusted, frozen, and everything that is derived from it."""
