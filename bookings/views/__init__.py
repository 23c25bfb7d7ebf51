"""Pages of bookings: the desk, the list of all, one booking, a technician's day."""
