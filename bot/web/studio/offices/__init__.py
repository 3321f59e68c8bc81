"""The pages of contact points and of their ready words."""
