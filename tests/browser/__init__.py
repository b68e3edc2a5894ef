"""Checks that drive a real Chromium."""
