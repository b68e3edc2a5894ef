"""Checking what somebody holds: a number, a credential, a token or a paper."""
