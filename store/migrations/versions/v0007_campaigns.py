"""Broadcasts, newsletters and who wants to hear of what."""

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    raise NotImplementedError("whodoes goes forward only: restore a backup instead")
