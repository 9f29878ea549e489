"""One webhook address of a chat, to which hands, failures of runs and money are told.

The address comes from the environment alone (EVENT_BOOTSTRAP_WEBHOOK); it is a secret, which no page, log, journal or
argument has. What teams write in their own words is never sent, nor a mail address, nor a code.
"""
