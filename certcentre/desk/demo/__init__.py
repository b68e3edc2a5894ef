"""Example organisations, products and tenders: what `manage.py demo` fills a portal with."""
