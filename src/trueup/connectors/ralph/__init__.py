"""Ralph: licences, holders and devices of its API, for moving in."""
