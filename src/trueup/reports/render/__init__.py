"""One table, several renderings; each is a file beside this one."""
