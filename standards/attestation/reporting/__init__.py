"""The auditor's report with its findings, for the parties, after the decision."""
