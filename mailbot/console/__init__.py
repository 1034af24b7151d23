"""STAFF: the console in the browser. Pages rendered here, without a build step; JavaScript only adds comfort.

    application   routes, headers, errors          pages      one file a page: gather, render
    desk          what every page works with       acting     one row an action: what a button calls in mailbot.actions
    visit         one request of a browser         marking    a mail's text with the deciding words marked
    sessions      cookie, CSRF, throttle           wording    words of the pages, days and moments as people say them
    server        where it listens, TLS            plots      figures as SVG

A page never decides: it shows what mailbot.actions.looking finds and calls the functions that the command line calls.
"""
