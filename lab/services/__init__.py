"""The kinds of units, one module each; found by looking into this folder."""
