"""Topics whose messages reach people: moto sends to queues, functions and web servers alone."""

from tricenter.offline.aws.server import mail
from tricenter.offline.aws.server.call import Call

SERVICE = "sns"


def published(call: Call) -> None:
    """What somebody of the account has published."""
    given = call.params
    topic = given.get("TopicArn") or given.get("TargetArn")
    if topic:
        subject, text = str(given.get("Subject") or ""), str(given["Message"])
        mail.post(call.tables, call.account, str(topic), subject, text)


AFTER = {"Publish": published}
