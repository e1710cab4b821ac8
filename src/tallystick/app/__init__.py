"""The shell: case folders on disk and the command line. Parse, call, write, exit code."""
