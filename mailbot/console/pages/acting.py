"""The addresses of all buttons of a request and of a message."""

from mailbot.console.acts import run
from mailbot.console.pages import release_acts, request_acts
from mailbot.console.visit import Page

PAGES = (
    *(
        Page(f"/r/{{ref}}/{act.name}", run(act, "/r"), act.may, post=True, form_limit=act.form_limit)
        for act in (*release_acts.ACTS, *request_acts.ACTS)
    ),
    *(Page(f"/m/{{ref}}/{act.name}", run(act, "/m"), act.may, post=True) for act in request_acts.MESSAGE_ACTS),
)
