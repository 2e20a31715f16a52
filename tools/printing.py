"""Prints sign-in links and API tokens line by line, as `platskollen user link` and `token create` do once per start."""

from __future__ import annotations

import sys

from app import create_app
from app.services.sign_in import print_link
from app.services.tokens import create_token

PRINTS = {"link": print_link, "token": create_token}


def main() -> None:
    """Answer `link <email>` and `token <email>` on standard input, until it ends."""
    app = create_app()
    for line in sys.stdin:
        what, email = line.split()
        with app.app_context():
            sys.stdout.write(PRINTS[what](email) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
