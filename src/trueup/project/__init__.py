"""Where the house is put together: settings, addresses, the server and its database."""
