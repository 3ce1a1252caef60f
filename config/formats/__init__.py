"""How dates are written in each language, where a page does not say it itself."""
