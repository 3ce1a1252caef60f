"""What answers tell about questions, tests and people: arrays in, arrays out. Neither rows nor clock nor chance."""
