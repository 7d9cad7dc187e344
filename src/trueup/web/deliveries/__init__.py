"""Pages of deliveries: the outbox, and one message with its attempts."""
