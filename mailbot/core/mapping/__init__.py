"""The data map: where personal data lies in the client database, as values."""
