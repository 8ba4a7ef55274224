"""The tests' own PostgreSQL."""

import pytest
import sqlalchemy

from tests import postgres


@pytest.mark.skipif(not postgres.wanted(), reason="needs DATABASE=postgresql")
def test_every_database_is_empty_and_its_own() -> None:
    first, second = (sqlalchemy.create_engine(postgres.new_database()) for _ in range(2))
    with first.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE seen (number int)")
    assert sqlalchemy.inspect(first).get_table_names() == ["seen"]
    assert sqlalchemy.inspect(second).get_table_names() == []
    first.dispose()
    second.dispose()
