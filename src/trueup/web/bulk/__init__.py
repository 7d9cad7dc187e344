"""The pages that give units to a whole list of holders, take them back, and undo either as one."""
