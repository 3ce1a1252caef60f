"""The speech engines that come with Fivefold. Each loads its model when it first speaks."""
