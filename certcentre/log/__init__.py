"""The log: every step, who took it, when and why."""
