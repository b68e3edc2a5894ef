"""How fast the busiest paths are: what is measured, on which market, beside which budget."""
