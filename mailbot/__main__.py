"""The `mailbot` command; `python -m mailbot` is the same."""

import sys

from mailbot.drivers import leave_out_unneeded


def main() -> None:
    """Run the command line, with no more database drivers than the configuration needs."""
    leave_out_unneeded(sys.argv[1:])
    from mailbot.cli import main as run  # noqa: PLC0415 -- what it imports must not load the others

    run()


if __name__ == "__main__":
    main()
