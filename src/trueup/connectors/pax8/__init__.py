"""The suitcase of Pax8: subscriptions a distributor sold, with term and cost."""
