"""The pages of files: export, import, conflicts, papers for a lawyer."""
