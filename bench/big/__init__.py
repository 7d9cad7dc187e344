"""A made-up group of companies of any size, filled into a database by sets of rows, for what is to be measured."""
