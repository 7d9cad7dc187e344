"""One file a metric: inputs and the terms of the day become units needed, with the working."""
