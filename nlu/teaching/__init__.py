"""What content managers teach the understanding: questions, their wordings and the sentences that test them."""

from nlu.teaching.content import Content, Question
from nlu.teaching.questions import CannotTeach, Questions
from nlu.teaching.shipped import Shipped, read_shipped

__all__ = ["CannotTeach", "Content", "Question", "Questions", "Shipped", "read_shipped"]
