"""An answer on paper for a lawyer: languages side by side, numbered sources, dates, room for comments."""
