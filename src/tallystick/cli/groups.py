"""Groups of commands whose usual one needs no name: `lab CASE` is `lab measure CASE`."""

from typing import Any

from typer.core import TyperGroup

COMMAND = "tallystick.command"


class DefaultGroup(TyperGroup):
    """Runs the group's first command when none is named. What follows `--` is kept apart."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """See click.Group."""
        if "--" in args:
            place = args.index("--")
            ctx.meta[COMMAND] = tuple(args[place + 1 :])
            args = args[:place]
        shown = bool(args) and args[0] in ("--help", *self.commands)
        return list(super().parse_args(ctx, args if shown else [next(iter(self.commands)), *args]))
