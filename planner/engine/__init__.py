"""What wakes the publisher; it holds no rule of the product."""
