"""What people do: look, release, edit, refuse, extend, correct, register. Console and command line call only these.

    looking    the queue, one request whole, figures            releasing  approve, edit, strike, resolve
    deciding   refuse, extend, withdraw, dismiss, merge, note   correcting reclassify, verify, attribute, register

Each action checks that it is still possible, makes one transaction with its journal entry, and names who did it.
"""
