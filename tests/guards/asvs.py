"""What this product claims of OWASP ASVS 5.0, levels 1 and 2. An id is the standard's; the words are ours.

    + done: the tests below it show it      - not applicable: nothing here it could speak of
    ? open: not claimed, for the reason that is told

Chapters 10 (OAuth) and 17 (WebRTC), 4.3 (GraphQL) and 4.4 (WebSocket) speak of things that Fivefold does not have.
"""

from collections.abc import Iterator
from dataclasses import dataclass

STATUSES = {"+": "done", "-": "not applicable", "?": "open"}
LIST = """
+ 1.2.1 Templates escape; trusted HTML comes from lib/ only.
    guards/test_hostile_texts.py::test_a_visitor_reads_hostile_texts_in_peace
    guards/test_rules.py::test_the_rule_is_kept
    guards/test_hostile_texts.py::test_tests_of_hostile_questions_are_sat_and_judged_in_peace
+ 1.2.2 Links keep http, https, mailto and local paths.
    lib/test_markup.py::test_nothing_an_author_writes_becomes_active
+ 1.2.3 Data within a page cannot end its block.
    courses/test_crawlers.py::test_data_cannot_break_out_of_its_block
+ 1.2.4 SQL takes parameters.
    guards/test_rules.py::test_the_rule_is_kept
+ 1.2.5 No shell.
    guards/test_rules.py::test_the_rule_is_kept
+ 1.3.1 Authors' texts are sanitised last, by one module.
    guards/test_hostile_texts.py::test_html_from_the_api_is_harmless_without_our_policy
+ 1.3.2 Nothing runs text.
    guards/test_rules.py::test_the_rule_is_kept
    quizzes/grading/test_hostile.py::test_a_hundred_thousand_letters_are_never_read
+ 1.3.4 Uploaded SVG is refused; pictures are redrawn.
    courses/test_covers.py::test_everything_else_is_refused_with_a_sentence
+ 1.3.5 Markdown and formulas go through the sanitiser.
    lib/test_markup.py::test_nothing_an_author_writes_becomes_active
+ 1.3.6 No app fetches from other machines.
    guards/test_rules.py::test_the_rule_is_kept
+ 1.3.7 Template syntax in texts stays text.
    guards/test_hostile_texts.py::test_a_visitor_reads_hostile_texts_in_peace
+ 1.5.1 XML (questions from Moodle) brings no entities and no doctype.
    quizzes/exchange/test_other_formats.py::test_hostile_xml_is_refused
+ 1.5.2 YAML is read safely, pickle not at all.
    authoring/test_problems.py::test_what_is_wrong_with_files_and_keys
    guards/test_rules.py::test_the_rule_is_kept
+ 2.2.1 What is sent is checked against what is expected.
    api/test_errors.py::test_each_wrong_field_is_named
    quizzes/test_attacks.py::test_whatever_is_sent_is_answered_in_json
+ 2.2.2 On the server.
    accounts/test_profile.py::test_a_wrong_value_comes_back_beside_its_field
+ 2.3.1 Steps in order: password, then code.
    accounts/test_second_factor.py::test_the_password_alone_no_longer_opens_the_account
    quizzes/sitting/test_adaptive.py::test_there_is_no_way_back
+ 2.3.2 Attempts, times and late answers keep to the limits that pages tell.
    quizzes/sitting/test_starting.py::test_attempts_are_counted_and_may_be_granted
    quizzes/sitting/test_deadlines.py::test_the_deadline_is_exact
    api/test_attempts.py::test_what_comes_after_the_end_is_late
+ 2.3.3 A change happens as a whole or not at all.
    authoring/test_import.py::test_nothing_is_left_of_an_import_that_breaks_off
    quizzes/scoring/test_killed.py::test_a_killed_worker_leaves_nothing_half_done
+ 2.3.4 Seats are never sold twice.
    enrollment/test_seat_races.py::test_fifty_at_ten_seats_are_exactly_ten
+ 2.4.1 Sign-ups, log-ins, mails and calls are counted.
    accounts/test_limits.py::test_sign_ups_from_one_connection_are_limited
    api/test_throttles.py::test_visitors_are_counted_by_address
+ 3.3.1 Cookies are Secure.
    guards/test_settings.py::test_a_real_site_keeps_its_cookies_to_itself
+ 3.3.2 Cookies are SameSite.
    guards/test_settings.py::test_a_real_site_keeps_its_cookies_to_itself
+ 3.3.3 Cookies are bound to the host by name.
    guards/test_settings.py::test_a_real_site_keeps_its_cookies_to_itself
+ 3.3.4 Scripts cannot read the sign-in.
    guards/test_settings.py::test_scripts_cannot_read_the_cookie_of_a_sign_in
+ 3.4.1 HSTS for a year.
    guards/test_settings.py::test_a_real_site_is_met_by_https_only
- 3.4.2 No CORS header is ever sent.
+ 3.4.3 One strict policy.
    guards/test_headers.py::test_every_route_answers_with_the_whole_set
    guards/test_headers.py::test_a_weaker_policy_is_noticed
+ 3.4.4 nosniff everywhere.
    guards/test_headers.py::test_every_route_answers_with_the_whole_set
    guards/test_headers.py::test_so_do_files
+ 3.4.5 Referrers stay here.
    guards/test_headers.py::test_every_route_answers_with_the_whole_set
+ 3.4.6 Nobody frames us.
    guards/test_headers.py::test_every_route_answers_with_the_whole_set
    guards/test_headers.py::test_errors_carry_them_too
+ 3.5.1 Every form carries a token.
    guards/test_csrf.py::test_nothing_is_written_without_the_token
+ 3.5.3 Reading changes nothing.
    guards/test_reading_changes_nothing.py::test_reading_leaves_every_row_as_it_was
+ 3.7.2 Nobody is sent elsewhere.
    accounts/test_next.py::test_an_address_elsewhere_is_dropped
    enrollment/test_joining.py::test_nobody_is_sent_to_another_site
+ 4.1.1 Answers name their type.
    api/test_errors.py::test_an_answer_in_another_format
    guards/test_error_pages.py::test_programs_get_a_problem_document
+ 4.1.3 Headers of proxies count only where proxies are trusted.
    accounts/test_limits.py::test_a_forged_forwarding_header_is_not_believed
    api/test_throttles.py::test_behind_a_proxy_its_word_counts_and_nobody_else_s
? 4.2.1 Needs the proxy of a deployment; its tests come with it.
+ 5.1.1 Kinds and sizes are written down and told.
    authoring/test_problems.py::test_every_problem_has_a_remedy
+ 5.2.1 Sizes are limited.
    authoring/test_archives.py::test_an_archive_too_large_to_look_at_is_refused
    courses/test_covers.py::test_everything_else_is_refused_with_a_sentence
+ 5.2.2 Kinds are known by content.
    courses/test_covers.py::test_everything_else_is_refused_with_a_sentence
    authoring/test_archives.py::test_what_is_no_zip_is_refused
+ 5.2.3 Archives are counted while they unpack.
    authoring/test_archives.py::test_bombs_are_stopped_while_they_unpack
    authoring/test_archives.py::test_forged_sizes_change_nothing
+ 5.3.1 Uploads never run.
    guards/test_headers.py::test_a_cover_may_do_nothing_at_all
    courses/test_covers.py::test_nothing_but_pixels_is_kept
+ 5.3.2 Names never lead out.
    authoring/test_archives.py::test_names_that_lead_out_are_refused
    courses/test_covers.py::test_other_names_are_not_found
? 5.4.3 No virus scanner: pictures are redrawn, archives hold texts. Written down as an exception.
+ 6.2.1 Passwords have 8 characters at least.
    accounts/test_signing_up.py::test_a_wrong_field_comes_back_with_its_message_and_what_was_typed
+ 6.2.3 A change asks for the password of now.
    accounts/test_sign_ins.py::test_a_password_is_not_changed_by_a_wrong_form
? 6.2.12 A list of breached passwords is not shipped; the 20,000 most common are refused.
+ 6.3.1 Guessing is slowed down.
    accounts/test_limits.py::test_after_five_wrong_passwords_the_page_says_how_long_to_wait
    accounts/test_limits.py::test_codes_of_the_second_factor_cannot_be_guessed
+ 6.3.3 Staff and instructors need a second factor; learners may have one (a deviation, on purpose).
    accounts/test_second_factor.py::test_who_works_for_others_sets_it_up_before_the_admin_opens
+ 6.3.4 One way in, with the same guards.
    accounts/test_second_factor.py::test_the_admin_has_no_way_in_of_its_own
    guards/test_matrix.py::test_the_desk_takes_no_passwords
+ 6.4.1 Links to set a password work once.
    accounts/test_lost_password.py::test_a_link_works_once
+ 6.5.1 Codes and recovery codes work once.
    accounts/test_second_factor.py::test_a_code_works_once
    accounts/test_second_factor.py::test_a_recovery_code_opens_the_account_once
+ 6.5.5 Codes pass.
    accounts/test_second_factor.py::test_a_code_that_has_passed_does_not_work
+ 7.2.1 Sessions are known by the server only.
    accounts/test_sign_ins.py::test_a_sign_in_gets_a_session_of_its_own
+ 7.2.4 A sign-in gets a session of its own.
    accounts/test_sign_ins.py::test_a_sign_in_gets_a_session_of_its_own
+ 7.3.1 A sign-in that rests ends.
    accounts/test_sign_ins.py::test_a_sign_in_that_rests_too_long_ends
+ 7.3.2 One in constant use ends too.
    accounts/test_sign_ins.py::test_a_sign_in_in_constant_use_ends_too
+ 7.4.1 Logging out ends it.
    accounts/test_sign_ins.py::test_log_out_asks_first_and_clears_the_browser
+ 7.4.2 Closing an account ends its sign-ins.
    accounts/test_sign_ins.py::test_closing_an_account_ends_its_sign_ins
+ 7.4.3 A new password ends all others.
    accounts/test_sign_ins.py::test_a_new_password_ends_all_other_sign_ins
+ 7.5.1 Dangerous pages ask who is there.
    accounts/test_email_change.py::test_it_asks_once_more_who_is_there
    accounts/test_tokens.py::test_making_one_asks_once_more_who_is_there
+ 7.5.2 One sees and ends one's sign-ins.
    accounts/test_sign_ins.py::test_one_place_can_be_ended_from_another
    accounts/test_sign_ins.py::test_all_others_can_be_ended_at_once
+ 8.1.1 Who may do what is written down as data.
    guards/test_matrix.py::test_every_route_has_a_row_and_every_row_a_route
+ 8.1.2 For fields too.
    api/test_mass_assignment.py::test_a_profile
    api/test_mass_assignment.py::test_an_enrolment
+ 8.2.1 Functions are closed by role.
    guards/test_matrix.py::test_everybody_gets_what_the_matrix_says
    authoring/test_admin_rights.py::test_pages_open_as_the_matrix_says
    authoring/test_admin_attempts.py::test_answers_of_an_open_attempt_are_the_learners_alone
+ 8.2.2 Things are closed by owner.
    guards/test_others_things.py::test_a_foreign_id_is_as_unknown_as_one_that_never_was
    guards/test_others_things.py::test_no_page_shows_a_stranger_what_another_wrote
+ 8.2.3 Fields are closed by rule.
    api/test_mass_assignment.py::test_a_note
    authoring/test_admin_courses.py::test_instructors_change_neither_figures_nor_instructors_by_forging_fields
    quizzes/sitting/test_leaks.py::test_no_page_of_an_open_attempt_tells_a_secret
+ 8.3.1 On the server, at each request.
    guards/test_others_things.py::test_whoever_leaves_the_cast_is_out_at_the_next_request
+ 8.4.1 Courses are strangers to each other.
    guards/test_others_things.py::test_an_outside_instructor_finds_nobody_elses_learners_at_the_desk
    authoring/test_admin_rights.py::test_lists_show_only_ones_own
    authoring/test_admin_attempts.py::test_nobody_acts_on_attempts_of_another_course
+ 9.1.1 The token of a page is signed.
    study/test_evidence.py::test_a_report_that_makes_no_sense_is_refused
+ 11.4.2 Passwords are kept by PBKDF2.
    guards/test_settings.py::test_a_real_site_shows_no_insides_and_wants_a_second_factor_of_staff
+ 11.4.1 Tokens are kept as hashes.
    accounts/test_tokens.py::test_the_database_holds_only_a_hash
? 12.1.1 TLS is the proxy's; claimed with a deployment that is tested.
+ 13.4.2 No debugging on a real site.
    guards/test_settings.py::test_a_real_site_shows_no_insides_and_wants_a_second_factor_of_staff
+ 13.4.4 TRACE is off.
    guards/test_matrix.py::test_everybody_gets_what_the_matrix_says
+ 13.4.5 The API's description is for staff.
    api/test_description.py::test_the_description_is_for_staff_and_to_others_nothing
+ 14.2.2 Personal pages are stored by nobody.
    guards/test_headers.py::test_every_route_answers_with_the_whole_set
    guards/test_others_things.py::test_no_page_shows_a_stranger_what_another_wrote
+ 14.3.1 Logging out clears the browser.
    accounts/test_sign_ins.py::test_log_out_asks_first_and_clears_the_browser
+ 14.3.2 Headers say so.
    accounts/test_sign_ins.py::test_pages_for_one_person_are_stored_by_nobody
+ 15.2.2 Costly questions are bounded.
    api/test_catalogue.py::test_a_page_holds_a_hundred_at_most
    lib/test_markup.py::test_deep_nesting_and_long_lines_are_quick
    quizzes/grading/test_hostile.py::test_it_is_refused_with_a_sentence
+ 15.3.1 Answers hold what was asked for.
    api/test_lessons.py::test_a_course_lists_its_lessons_and_no_addresses_of_people
    quizzes/sitting/test_leaks.py::test_what_the_review_hides_stays_hidden_after_the_end
+ 15.3.3 Only named fields are taken.
    api/test_mass_assignment.py::test_a_place
    guards/test_rules.py::test_the_rule_is_kept
+ 15.4.1 Shared things are changed safely.
    guards/test_races.py::test_twenty_first_readers_give_each_paragraph_one_name
    quizzes/sitting/test_races.py::test_fifty_submits_are_one_end_one_job_and_one_score
+ 15.4.2 Looking and writing are one.
    enrollment/test_seat_races.py::test_the_last_seat_goes_to_one_of_those_who_return_and_those_who_come
    quizzes/sitting/test_races.py::test_fifty_starts_are_one_attempt
? 16.3.2 Refusals are not yet logged with who and what; an audit log comes with the reports.
+ 16.5.1 Failures tell a reference, nothing else.
    guards/test_error_pages.py::test_a_failure_has_a_reference_that_the_log_has_too
+ 16.5.2 A mail server or database that is down is told as such.
    guards/test_error_pages.py::test_an_unreachable_database_is_an_outage_not_a_failure
    accounts/test_signing_up.py::test_a_mail_server_that_is_down_is_no_error_page
+ 16.5.3 Failing leaves nothing half done.
    authoring/test_import.py::test_nothing_is_left_of_an_import_that_breaks_off
    quizzes/test_faults.py::test_every_acknowledged_answer_counts_and_each_attempt_has_one_score
"""


@dataclass(frozen=True)
class Claim:
    id: str
    status: str
    words: str
    tests: tuple[str, ...] = ()  # file below tests/ :: name


def read(text: str) -> Iterator[Claim]:
    claims: list[tuple[list[str], list[str]]] = []
    for line in filter(None, text.splitlines()):
        if line.startswith(" "):
            claims[-1][1].append(line.strip())
        else:
            claims.append((line.split(" ", 2), []))
    for (sign, number, words), tests in claims:
        yield Claim(number, STATUSES[sign], words, tuple(tests))


CLAIMS = list(read(LIST))
