"""What is wrong with a flow as a conversation: a module for each family of rules, with `check(subject)`."""
