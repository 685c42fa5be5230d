"""Alembic's folder: the steps from one schema of the catalog to the next."""
