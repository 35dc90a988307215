class NotDue(Exception):
    """There is nothing to tell any more, or the person does not want this kind of mail: the mail is dropped."""
