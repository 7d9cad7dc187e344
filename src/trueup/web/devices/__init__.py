"""The pages of devices: list, one device with what is installed and held, adding and changing."""
