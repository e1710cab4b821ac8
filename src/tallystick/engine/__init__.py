"""Captures read and folded: formats opened, pieces spread over processes, parts merged."""
