"""Statistics: shares and their intervals, comparisons, weights, small groups. Plain numbers in, plain numbers out."""
