"""The region's own lexicon rows"""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('lexicon_row',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('said', sqlmodel.sql.sqltypes.AutoString(length=100), nullable=False),
    sa.Column('said_key', sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
    sa.Column('meant', sa.JSON(), nullable=False),
    sa.Column('added_by', sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
    sa.Column('added_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('revision', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_lexicon_row')),
    sa.UniqueConstraint('said_key', name=op.f('uq_lexicon_row_said_key'))
    )


def downgrade() -> None:
    raise NotImplementedError("whodoes goes forward only: restore a backup instead")
