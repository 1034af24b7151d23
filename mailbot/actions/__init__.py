"""What people do: look, release, edit, refuse, extend, correct, register. Console and command line call only these.

    looking     the queue, one request whole      releasing    approve, edit, resolve
    figures     counts, what is wrong             deciding     refuse, extend, note
    correcting  reclassify, verify, attribute     ending       withdraw, dismiss, hand over, merge
    striking    strike an attached file           registering  letters, calls, visits, messages that wait
    asking      a question to the address         answering    an answer in one's own words
    amending    the values of a rectification     doubting     a stated doubt: the clock stands
    paging      the console's queue               suppressing  who gets no promotional mail
    posting     answers on paper                  heirs        what follows a death
    undoing     take back an approval             assigning    who deals with it

Each action checks that it is still possible, makes one transaction with its journal entry, and names who did it. What
cannot be done raises finding.Refused, one line for people; changing.py has what the changing ones share.
"""
