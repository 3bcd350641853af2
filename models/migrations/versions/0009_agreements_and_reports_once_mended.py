"""reports that go on once mended, enterprise agreements"""

import sqlalchemy as sa
from alembic import op
import models.base


revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('agreement_terms',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('project_id', sa.Integer(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('due', sa.Date(), nullable=False),
    sa.Column('met_on', sa.Date(), nullable=True),
    sa.Column('withdrawn', sa.Boolean(), nullable=False),
    sa.Column('entered_at', models.base.Instant(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['project_id'], ['projects.id'], name=op.f('fk_agreement_terms_project_id_projects')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agreement_terms'))
    )
    with op.batch_alter_table('agreement_terms', schema=None) as batch_op:
        batch_op.create_index('ix_agreement_terms_due', ['due', 'met_on'], unique=False)
        batch_op.create_index(batch_op.f('ix_agreement_terms_project_id'), ['project_id'], unique=False)

    with op.batch_alter_table('submissions', schema=None) as batch_op:
        batch_op.add_column(sa.Column('on_once_mended', sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    op.drop_table('agreement_terms')
    with op.batch_alter_table('submissions', schema=None) as batch_op:
        batch_op.drop_column('on_once_mended')
