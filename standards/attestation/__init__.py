"""An accredited auditor examines the answer: engagements, findings, certificates."""
