"""The pages of questions: what people can ask, in which sentences, and trying one."""
