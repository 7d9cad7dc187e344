"""The overview: key figures, what waits to be settled, the tightest positions, what ends next."""
