"""What is wrong with what authors write (decision 71): found by its name when the academy starts."""
