"""The pure core: spec, model, forecast and plan of a two-site three-center topology."""
