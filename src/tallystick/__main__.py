"""The `tallystick` command, before anything of it is loaded.

Loading takes most of a second. An interrupt in that time ends the process silently, as it ends a
program that has no handler: Python's own would print a traceback through half-loaded modules.
"""

import signal


def main() -> None:
    """Load the command line and run it."""
    heard = signal.getsignal(signal.SIGINT)  # ignored, when a shell started us in the background
    if heard is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from tallystick.cli.main import main as run  # noqa: PLC0415 -- the point of this module

    signal.signal(signal.SIGINT, heard)
    run()


if __name__ == "__main__":
    main()
