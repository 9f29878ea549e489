"""Raised hands, notices and their queue: what teams ask, what the doctor answers, what staff do about it.

A `HandDesk` (desk.py) is one event's hands on one server: `site.hands` for every page. All of it but `latest` may block
on the database; pages call it in a thread. It raises Troubled (EB-523) if the database does not answer: then nothing
was written, and a page must not say that it was.

For staff's pages. `person` is always `operators.on_duty(name)`, or `operators.here()` on a server without codes:

    desk.latest                 -> HandQueue | None    what the server last read, at most a second old; never blocks
    desk.queue()                -> HandQueue           read now
    desk.take(id, person, over=False) -> bool          "I go": False if another one has it (`over`: take it over)
    desk.leave(id, person)      -> bool                "I do not go after all"
    desk.answer(id, person)     -> bool                done; False if it is down already
    desk.write_notice(text_en, text_zh, teams, person, notice_id="") -> TeamNotice
                                                       `teams`: () for all; raises BadInput (EB-801 to EB-805);
                                                       `notice_id`: an id from the form, so that two clicks are one
    desk.proposed(cause)        -> ProposedNotice | None   words for both languages, of a proposal's cause
    desk.publish(cause, text_en, text_zh, person, answer=True, teams=()) -> Published
                                                       the notice, and how many hands it answered (their `how` is
                                                       "notice"); two clicks, by two people too, are one notice
    desk.end_notice(id)         -> bool

    HandQueue.hands             QueuedHand: hand (RaisedHand: id, team, account_id, topic, words, raised, taken_by ...),
                                place, waiting (seconds), late, finding (HandFinding, None while it is examined)
    HandFinding                 result (HandResult), code, cause, findings: ToldFinding(severity, about, code, seen,
                                means, fix, turn), the likeliest first; `fix` is the staff's, and `kind` says
                                whether it is a command, a link or words
    HandQueue.proposals         NoticeProposal: cause, code, teams, hands, notice (one that is shown already, or None)
    HandQueue.notices           TeamNotice: id, at, text_en, text_zh, teams, ended; `notice.text(language)`
    HandQueue.times             AnswerTimes: raised, answered, lowered, by_notice, median, ninetieth, oldest (seconds)

`words` are a team's own: any text. Templates escape them; elsewhere use `errors.printable`. `team_words.for_team` has
what a team reads of a finding; `topics.WORDS[hand.topic]` the words for what it asks about.
"""
