"""A first look without a server of one's own: loopback mail servers, a sample client database, sample mails."""
