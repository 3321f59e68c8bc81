"""Contact points and services: what is known of them, when they are open, what people change. Knows offices, no cases."""
