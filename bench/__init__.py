"""How fast mailbot answers a full mailbox, beside bare floors on the same servers in the same run: `make bench`."""
