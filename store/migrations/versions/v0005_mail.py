"""What mail remembers: keys, answers counted, bounces, claims of second addresses"""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('secret',
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
    sa.Column('value', sa.LargeBinary(), nullable=False),
    sa.Column('made_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_secret'))
    )
    op.create_table('answered_mail',
    sa.Column('inbox_id', sa.Integer(), nullable=False),
    sa.Column('answered_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('sender', sqlmodel.sql.sqltypes.AutoString(length=400), nullable=False),
    sa.Column('domain', sqlmodel.sql.sqltypes.AutoString(length=400), nullable=False),
    sa.Column('conversation', sqlmodel.sql.sqltypes.AutoString(length=400), nullable=False),
    sa.Column('words', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('known', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['inbox_id'], ['inbox.id'], name=op.f('fk_answered_mail_inbox_id_inbox'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('inbox_id', name=op.f('pk_answered_mail'))
    )
    with op.batch_alter_table('answered_mail', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_answered_mail_answered_at'), ['answered_at'], unique=False)
        batch_op.create_index('ix_answered_mail_domain', ['domain', 'answered_at'], unique=False)
        batch_op.create_index('ix_answered_mail_sender', ['sender', 'answered_at'], unique=False)

    op.create_table('bounce',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('inbox_id', sa.Integer(), nullable=True),
    sa.Column('outbox_id', sa.Integer(), nullable=True),
    sa.Column('address', sqlmodel.sql.sqltypes.AutoString(length=320), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('status', sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
    sa.Column('reason', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('known_by', sa.String(length=40), nullable=False),
    sa.Column('believed', sa.Boolean(), nullable=False),
    sa.Column('received_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('undone_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('undone_by', sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
    sa.ForeignKeyConstraint(['inbox_id'], ['inbox.id'], name=op.f('fk_bounce_inbox_id_inbox'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['outbox_id'], ['outbox.id'], name=op.f('fk_bounce_outbox_id_outbox'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bounce'))
    )
    with op.batch_alter_table('bounce', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_bounce_address'), ['address'], unique=False)
        batch_op.create_index(batch_op.f('ix_bounce_inbox_id'), ['inbox_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_bounce_outbox_id'), ['outbox_id'], unique=False)

    op.create_table('address_claim',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('address', sqlmodel.sql.sqltypes.AutoString(length=320), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('made_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('settled_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('confirmed', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_address_claim_person_id_person'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_address_claim'))
    )
    with op.batch_alter_table('address_claim', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_address_claim_address'), ['address'], unique=False)
        batch_op.create_index(batch_op.f('ix_address_claim_person_id'), ['person_id'], unique=False)

    with op.batch_alter_table('ask', schema=None) as batch_op:
        batch_op.add_column(sa.Column('inbox_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('numbered_after', sa.Integer(), server_default='0', nullable=False))
        batch_op.create_index(batch_op.f('ix_ask_inbox_id'), ['inbox_id'], unique=False)


def downgrade() -> None:
    raise NotImplementedError("whodoes goes forward only: restore a backup instead")
