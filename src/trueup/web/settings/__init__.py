"""The pages of settings: companies with regions and policy, who may sign in, and with which role."""
