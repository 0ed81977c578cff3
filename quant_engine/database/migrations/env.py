"""Alembic's entry: run the migrations on the connection that the program hands over."""

from alembic import context

from quant_engine.database.metadata import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite can roll back a CREATE TABLE, which alembic does not count on by itself
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
