"""Every page of the console."""

from mailbot.console.pages import acting, bulk, entry, figures, files, message, queue, register, registers, request
from mailbot.console.visit import Page

PAGES: tuple[Page, ...] = (
    *entry.PAGES,
    *queue.PAGES,
    *request.PAGES,
    *message.PAGES,
    *files.PAGES,
    *acting.PAGES,
    *bulk.PAGES,
    *register.PAGES,
    *registers.PAGES,
    *figures.PAGES,
)
