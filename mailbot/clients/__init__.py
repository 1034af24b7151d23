"""Their database: the data map over SQL. No table is ours, nothing is created, and only mapped columns are read."""
