"""The suitcase of Wazuh 4: agents and the packages on them."""
