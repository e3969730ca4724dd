"""Programs with a known defect, or without one. See README.md for the verdict that each case must get."""
