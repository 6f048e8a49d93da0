"""`make bench`: speeds and memory, each beside a peer or a limit measured in the same run."""

import sys

from tests.bench import accepting, asking


def main() -> None:
    for line in (*asking.report(), *accepting.report()):
        sys.stdout.write(line + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
