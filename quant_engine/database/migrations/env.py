"""Alembic's entry point: run the migrations on the connection that the program passes."""

from alembic import context

from quant_engine.database.metadata import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite can roll back a CREATE TABLE, but alembic does not assume that
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
