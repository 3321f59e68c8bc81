"""What there is to do for content managers and for who looks after offices."""

from bot.todo.book import Todo
from bot.todo.model import Kind, Look, Task

__all__ = ["Kind", "Look", "Task", "Todo"]
