"""The pages of training: progress, comparison, publishing."""
