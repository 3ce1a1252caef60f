"""What the pages of the admin have in common, whichever app they belong to.

`DeskAdmin` is closed to everybody but superusers; `courses.rights` opens it to the instructors of a course. No page
asks Django's model permissions: rights come from (person, course).
"""
