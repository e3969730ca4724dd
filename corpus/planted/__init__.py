"""Programs with a known defect, or with none, and the verdict that each case of them must get: see README.md."""
