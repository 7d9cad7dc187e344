"""Pages of keys: sealing, replacing, looking one up, and the one page that shows one."""
