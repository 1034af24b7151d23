"""The mail world: where mails come from and where replies go."""
