"""What people say to us: a file for each topic; :mod:`handlers.order` has the order in which they are tried."""
