"""The `platskollen` command: which module holds each of its commands; only the one that is asked for is loaded."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click

from config import SettingsError

COMMANDS = {
    "audit": "app.cli_audit:audit",
    "basemap": "app.cli_basemap:basemap_group",
    "bounce": "app.cli_bounce:bounce",
    "demo": "app.cli_setup:fill_demo",
    "import": "app.cli_import:import_group",
    "migrate": "app.cli_setup:migrate",
    "serve": "app.cli_serve:serve",
    "survey": "app.cli_survey:survey",
    "token": "app.cli_people:token",
    "user": "app.cli_people:user",
    "worker": "app.cli_worker:worker",
}


class _Group(click.Group):
    """Loads a command when it is wanted, and names a setting that cannot be used instead of a traceback."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  as click calls it
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except SettingsError as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=_Group)
def main() -> None:
    """Platskollen: from safety walk to verified fix."""


if __name__ == "__main__":
    main()
