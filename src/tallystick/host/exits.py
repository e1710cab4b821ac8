"""The exit codes of every command (design, section 5): what a script may go by."""

EXIT_OK, EXIT_FOUND, EXIT_CANNOT_RUN, EXIT_UNDECIDED = range(4)
