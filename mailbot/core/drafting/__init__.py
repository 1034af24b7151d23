"""A first data map from a database that nobody described: names, types, keys and sampled values to suggestions."""
