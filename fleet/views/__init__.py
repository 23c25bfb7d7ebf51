"""Pages of customers and of their vehicles."""
