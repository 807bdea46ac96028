"""Cost: what a plan costs a month on its clouds, by site and kind, and what one drill costs."""

from tricenter.topology.cost.estimate import Cost, CostLine, estimate
from tricenter.topology.cost.prices import PriceError, Prices, load_prices, read_prices

__all__ = ["Cost", "CostLine", "PriceError", "Prices", "estimate", "load_prices", "read_prices"]
