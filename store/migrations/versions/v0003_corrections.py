"""What askers corrected, and misses that may be no gaps"""

import sqlalchemy as sa
from alembic import op


revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('ask', schema=None) as batch_op:
        batch_op.add_column(sa.Column('doubtful', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column('correction', sa.JSON(), nullable=True))


def downgrade() -> None:
    raise NotImplementedError("whodoes goes forward only: restore a backup instead")
