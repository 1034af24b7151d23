"""Who wrote a mail: person or machine, and whether the address is really his."""
