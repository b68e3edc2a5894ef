"""One module per format; `FORMATS` is the table of them."""
