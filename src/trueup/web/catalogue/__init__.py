"""The pages of the catalogue: products with their editions, versions and who licenses them."""
