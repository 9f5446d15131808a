"""Every verb that an audit event may carry, with a plain sentence for people who read the trail."""

from enum import StrEnum


class Verb(StrEnum):
    """What happened. The value is stored; it is never renamed once in use."""

    ACCOUNT_CREATED = "account.created"
    ACCOUNT_CHANGED = "account.changed"
    ROLE_GRANTED = "role.granted"
    ROLE_ENDED = "role.ended"
    APPLICATION_SUBMITTED = "application.submitted"
    APPLICATION_DECLINED = "application.declined"
    APPLICATION_WITHDRAWN = "application.withdrawn"
    ENROLMENT_CREATED = "enrolment.created"
    LESSON_COMPLETED = "lesson.completed"
    LESSON_REOPENED = "lesson.reopened"
    COURSE_COMPLETED = "course.completed"
    PAGE_PUBLISHED = "page.published"
    PAGE_UNPUBLISHED = "page.unpublished"
    MATERIAL_LOADED = "material.loaded"
    ITEM_VERSION_CREATED = "item.version_created"
    ITEM_REVIEWED = "item.reviewed"
    ITEM_DRAFT_CHANGED = "item.draft_changed"
    ITEM_FIGURE_UPLOADED = "item.figure_uploaded"
    ITEM_FIGURE_CLEARED = "item.figure_cleared"
    ITEM_DECIDED = "item.decided"
    ITEM_REVIEWER_ASSIGNED = "item.reviewer_assigned"
    ITEM_REVIEWER_RELEASED = "item.reviewer_released"
    ITEM_COMMENTED = "item.commented"
    ITEM_COMMENT_RESOLVED = "item.comment_resolved"
    ITEM_BLIND_ANSWERED = "item.blind_answered"
    ITEM_SET_CREATED = "item.set_created"
    ITEMS_UPLOADED = "items.uploaded"
    ITEMS_IMPORT_CONFIRMED = "items.import_confirmed"
    ITEMS_IMPORT_DISCARDED = "items.import_discarded"
    ITEMS_IMPORTED = "items.imported"
    ITEMS_EXPORTED = "items.exported"
    LESSON_REVIEW_STARTED = "lesson.review_started"
    LESSON_REVIEWED = "lesson.reviewed"
    FORM_PUBLISHED = "form.published"
    FORM_ASSEMBLED = "form.assembled"
    FORM_MADE_ANEW = "form.made_anew"
    FORM_CHANGED = "form.changed"
    FORM_SENT_TO_REVIEW = "form.sent_to_review"
    FORM_RETURNED = "form.returned"
    FORM_LOCKED = "form.locked"
    FORM_ACTIVATED = "form.activated"
    FORM_ADDED_TO_POOL = "form.added_to_pool"
    FORM_WITHDRAWN = "form.withdrawn"
    FORM_NOT_POSSIBLE = "form.not_possible"
    FORM_POLICY_CHANGED = "form.policy_changed"
    FORM_ANALYSED = "form.analysed"
    PRACTICUM_LOGGED = "practicum.logged"
    PRACTICUM_CONFIRMED = "practicum.confirmed"
    PRACTICUM_RETURNED = "practicum.returned"
    PRACTICUM_WITHDRAWN = "practicum.withdrawn"
    STUDY_REQUESTED = "study.requested"
    STUDY_STOPPED = "study.stopped"
    STUDY_MADE = "study.made"
    EVIDENCE_REQUESTED = "evidence.requested"
    EVIDENCE_PACKED = "evidence.packed"
    EVIDENCE_DOWNLOADED = "evidence.downloaded"
    PANEL_OPENED = "panel.opened"
    PANEL_JUDGE_NAMED = "panel.judge_named"
    PANEL_ROUND_OPENED = "panel.round_opened"
    PANEL_ROUND_CLOSED = "panel.round_closed"
    CUT_ADOPTED = "cut.adopted"
    ATTEMPT_STARTED = "attempt.started"
    ATTEMPT_TAKEN_OVER = "attempt.taken_over"
    ATTEMPT_SUBMITTED = "attempt.submitted"
    ATTEMPT_EXPIRED = "attempt.expired"
    ATTEMPT_SCORED = "attempt.scored"
    EXAM_SUPERVISION_CHANGED = "exam.supervision_changed"
    SEMINAR_PLANNED = "seminar.planned"
    SEMINAR_CHANGED = "seminar.changed"
    SEMINAR_PUBLISHED = "seminar.published"
    SEMINAR_CANCELLED = "seminar.cancelled"
    SEMINAR_BOOKED = "seminar.booked"
    SEMINAR_WAITING = "seminar.waiting"
    SEMINAR_OFFERED = "seminar.offered"
    SEMINAR_RELEASED = "seminar.released"
    SEMINAR_LAPSED = "seminar.lapsed"
    ATTENDANCE_MARKED = "attendance.marked"
    ATTENDANCE_WITHDRAWN = "attendance.withdrawn"
    EXAM_SESSION_PLANNED = "exam_session.planned"
    EXAM_SESSION_CHANGED = "exam_session.changed"
    EXAM_SESSION_CANCELLED = "exam_session.cancelled"
    SEAT_BOOKED = "exam_session.seat_booked"
    SEAT_RELEASED = "exam_session.seat_released"
    CANDIDATE_ADMITTED = "exam_session.admitted"
    CANDIDATE_ABSENT = "exam_session.absent"
    ATTEMPT_PAUSED = "attempt.paused"
    ATTEMPT_RESUMED = "attempt.resumed"
    ATTEMPT_EXTENDED = "attempt.extended"
    INCIDENT_RECORDED = "exam.incident_recorded"
    ATTEMPT_NOTED = "attempt.noted"
    ATTEMPT_VOIDED = "attempt.voided"
    ATTEMPT_BLOCKED = "attempt.blocked"
    ATTEMPT_UNBLOCKED = "attempt.unblocked"
    ACCOMMODATION_GRANTED = "accommodation.granted"
    ACCOMMODATION_ENDED = "accommodation.ended"
    EXAM_CONFIGURED = "exam.configured"
    RESULT_CHANGED = "result.changed"
    KEY_CHANGED = "key.changed"
    APPEAL_OPENED = "appeal.opened"
    APPEAL_ASSIGNED = "appeal.assigned"
    APPEAL_TAKEN_OVER = "appeal.taken_over"
    APPEAL_DECIDED = "appeal.decided"
    APPEAL_WITHDRAWN = "appeal.withdrawn"
    CREDENTIAL_IN_DOUBT = "credential.in_doubt"
    CREDENTIAL_UPHELD = "credential.upheld"
    MARKING_BEGUN = "marking.begun"
    MARKING_TAKEN = "marking.taken"
    MARKING_RETURNED = "marking.returned"
    ANSWER_MARKED = "marking.marked"
    MARKING_CHANGED = "marking.changed"
    SITTING_ASSIGNED = "sitting.assigned"
    SITTING_OPENED = "sitting.opened"
    SITTING_CANCELLED = "sitting.cancelled"
    SLOT_PUBLISHED = "slot.published"
    SLOT_WITHDRAWN = "slot.withdrawn"
    SITTING_ASKED = "sitting.asked"
    SITTING_DECLINED = "sitting.declined"
    SITTING_ASK_WITHDRAWN = "sitting.ask_withdrawn"
    SITTING_ASK_LAPSED = "sitting.ask_lapsed"
    CIRCUIT_PLANNED = "circuit.planned"
    SITE_CREATED = "site.created"
    SITE_ASSESSOR_APPROVED = "site.assessor_approved"
    SITE_ASSESSOR_ENDED = "site.assessor_ended"
    TRAINEE_PLACED = "site.trainee_placed"
    TRAINEE_PLACEMENT_ENDED = "site.placement_ended"
    FIELD_DEVICE_ENROLLED = "field_device.enrolled"
    FIELD_DEVICE_REVOKED = "field_device.revoked"
    SITTING_CHECKED_OUT = "sitting.checked_out"
    SITTING_TAKEN_BACK = "sitting.taken_back"
    SEAL_RECEIVED = "practical.seal_received"
    SEAL_DECIDED = "practical.seal_decided"
    PRACTICAL_SIGNED = "practical.signed_off"
    PRACTICAL_CORRECTED = "practical.corrected"
    PRACTICAL_ACKNOWLEDGED = "practical.acknowledged"
    RUBRIC_VERSION_CREATED = "rubric.version_created"
    RUBRIC_DRAFT_STARTED = "rubric.draft_started"
    RUBRIC_DRAFT_REBASED = "rubric.draft_rebased"
    RUBRIC_DRAFT_DISCARDED = "rubric.draft_discarded"
    REMEDIATION_PLANNED = "remediation.planned"
    REMEDIATION_ANSWERED = "remediation.answered"
    REMEDIATION_FOLLOWED_UP = "remediation.followed_up"
    REMEDIATION_POSTPONED = "remediation.postponed"
    REMEDIATION_HANDED_OVER = "remediation.handed_over"
    REMEDIATION_CLOSED = "remediation.closed"
    ASSESSOR_QUALIFIED = "assessor.qualified"
    ASSESSOR_WITHDRAWN = "assessor.withdrawn"
    CONFLICT_ALLOWED = "practical.conflict_allowed"
    CREDENTIAL_ISSUED = "credential.issued"
    CERTIFICATE_SIGNED = "certificate.signed"
    BADGE_SIGNED = "badge.signed"
    STATUS_LIST_SIGNED = "status_list.signed"
    REGISTER_ENTERED = "register.entered"
    REGISTER_SIGNED = "register.signed"
    CREDENTIAL_REVOKED = "credential.revoked"
    CREDENTIAL_SUSPENDED = "credential.suspended"
    CREDENTIAL_REINSTATED = "credential.reinstated"
    CREDENTIAL_REISSUED = "credential.reissued"
    REISSUE_ASKED = "reissue.asked"
    REISSUE_DECLINED = "reissue.declined"
    REISSUE_WITHDRAWN = "reissue.withdrawn"
    CERTIFICATE_HELD = "certificate.held"
    CERTIFICATE_HOLD_RELEASED = "certificate.hold_released"
    CERTIFICATE_DOWNLOADED = "certificate.downloaded"
    WATCH_BEGUN = "watch.begun"
    WATCH_ENDED = "watch.ended"
    JOB_RETRIED = "job.retried"
    PROPOSAL_MADE = "proposal.made"
    PROPOSAL_DECIDED = "proposal.decided"


SENTENCES: dict[Verb, str] = {
    Verb.ACCOUNT_CREATED: "created an account",
    Verb.ACCOUNT_CHANGED: "changed the details of an account",
    Verb.ROLE_GRANTED: "granted a role",
    Verb.ROLE_ENDED: "ended a role",
    Verb.APPLICATION_SUBMITTED: "applied for admission",
    Verb.APPLICATION_DECLINED: "declined an application",
    Verb.APPLICATION_WITHDRAWN: "withdrew an application",
    Verb.ENROLMENT_CREATED: "enrolled a trainee",
    Verb.LESSON_COMPLETED: "completed a lesson",
    Verb.LESSON_REOPENED: "marked a lesson as not completed",
    Verb.COURSE_COMPLETED: "completed the course",
    Verb.PAGE_PUBLISHED: "published a page",
    Verb.PAGE_UNPUBLISHED: "took a page off the site",
    Verb.MATERIAL_LOADED: "loaded course material",
    Verb.ITEM_VERSION_CREATED: "made a version of an exam item",
    Verb.ITEM_REVIEWED: "reviewed an exam item",
    Verb.ITEM_DRAFT_CHANGED: "changed the draft of an exam item",
    Verb.ITEM_FIGURE_UPLOADED: "uploaded a picture for exam items",
    Verb.ITEM_FIGURE_CLEARED: "removed an uploaded picture that no exam item used",
    Verb.ITEM_DECIDED: "moved an exam item on",
    Verb.ITEM_REVIEWER_ASSIGNED: "asked somebody to review an exam item",
    Verb.ITEM_REVIEWER_RELEASED: "released a reviewer of an exam item",
    Verb.ITEM_COMMENTED: "commented on an exam item",
    Verb.ITEM_COMMENT_RESOLVED: "resolved a comment on an exam item",
    Verb.ITEM_BLIND_ANSWERED: "answered an exam item before seeing its key",
    Verb.ITEM_SET_CREATED: "made a set of exam items",
    Verb.ITEMS_UPLOADED: "uploaded a file of exam items",
    Verb.ITEMS_IMPORT_CONFIRMED: "confirmed the import of exam items from a file",
    Verb.ITEMS_IMPORT_DISCARDED: "discarded a file of exam items",
    Verb.ITEMS_IMPORTED: "imported exam items from a file",
    Verb.ITEMS_EXPORTED: "exported exam items with their keys",
    Verb.LESSON_REVIEW_STARTED: "started the medical review of a lesson",
    Verb.LESSON_REVIEWED: "reviewed a lesson",
    Verb.FORM_PUBLISHED: "published an exam form",
    Verb.FORM_ASSEMBLED: "assembled a draft of an exam form",
    Verb.FORM_MADE_ANEW: "made the next version of an exam form under a new blueprint version",
    Verb.FORM_CHANGED: "exchanged an item of a draft form",
    Verb.FORM_SENT_TO_REVIEW: "sent an exam form to review",
    Verb.FORM_RETURNED: "returned an exam form to its authors",
    Verb.FORM_LOCKED: "locked an exam form",
    Verb.FORM_ACTIVATED: "made an exam form the active one",
    Verb.FORM_ADDED_TO_POOL: "let an exam give out a further form",
    Verb.FORM_WITHDRAWN: "withdrew a form from an exam",
    Verb.FORM_NOT_POSSIBLE: "could not get a form, because the bank does not meet the demands",
    Verb.FORM_POLICY_CHANGED: "changed how an exam gives out forms",
    Verb.FORM_ANALYSED: "analysed the answers to an exam form",
    Verb.PRACTICUM_LOGGED: "logged a practicum session",
    Verb.PRACTICUM_CONFIRMED: "confirmed a practicum session",
    Verb.PRACTICUM_RETURNED: "returned a practicum session",
    Verb.PRACTICUM_WITHDRAWN: "withdrew a practicum session",
    Verb.STUDY_REQUESTED: "asked for a study of the answers to an exam",
    Verb.STUDY_STOPPED: "stopped a study of the answers to an exam",
    Verb.STUDY_MADE: "got a study of the answers to an exam",
    Verb.EVIDENCE_REQUESTED: "asked for the evidence of an exam in a year",
    Verb.EVIDENCE_PACKED: "packed the evidence of an exam in a year",
    Verb.EVIDENCE_DOWNLOADED: "downloaded the evidence of an exam in a year",
    Verb.PANEL_OPENED: "opened a panel that sets the cut of an exam form",
    Verb.PANEL_JUDGE_NAMED: "named a judge of a panel",
    Verb.PANEL_ROUND_OPENED: "opened a round of a panel",
    Verb.PANEL_ROUND_CLOSED: "closed a round of a panel",
    Verb.CUT_ADOPTED: "adopted the cut that a panel set",
    Verb.ATTEMPT_STARTED: "started an exam attempt",
    Verb.ATTEMPT_TAKEN_OVER: "continued an attempt on another device",
    Verb.ATTEMPT_SUBMITTED: "submitted an exam attempt",
    Verb.ATTEMPT_EXPIRED: "closed an attempt at its deadline",
    Verb.ATTEMPT_SCORED: "scored an exam attempt",
    Verb.EXAM_SUPERVISION_CHANGED: "decided whether an exam is taken only under supervision",
    Verb.SEMINAR_PLANNED: "planned a seminar",
    Verb.SEMINAR_CHANGED: "changed a seminar",
    Verb.SEMINAR_PUBLISHED: "published a seminar",
    Verb.SEMINAR_CANCELLED: "called off a seminar",
    Verb.SEMINAR_BOOKED: "booked a seat in a seminar",
    Verb.SEMINAR_WAITING: "joined the waiting list of a seminar",
    Verb.SEMINAR_OFFERED: "offered a free seat in a seminar to who waited longest",
    Verb.SEMINAR_RELEASED: "gave back a place in a seminar",
    Verb.SEMINAR_LAPSED: "ended a place on a waiting list whose time was up",
    Verb.ATTENDANCE_MARKED: "marked somebody as present at a seminar",
    Verb.ATTENDANCE_WITHDRAWN: "took back that somebody was present at a seminar",
    Verb.EXAM_SESSION_PLANNED: "planned an exam session",
    Verb.EXAM_SESSION_CHANGED: "changed an exam session",
    Verb.EXAM_SESSION_CANCELLED: "called off an exam session",
    Verb.SEAT_BOOKED: "booked a seat in an exam session",
    Verb.SEAT_RELEASED: "gave back a seat in an exam session",
    Verb.CANDIDATE_ADMITTED: "checked who a candidate is and admitted them",
    Verb.CANDIDATE_ABSENT: "noted that a candidate did not come",
    Verb.ATTEMPT_PAUSED: "paused an exam attempt",
    Verb.ATTEMPT_RESUMED: "let a paused exam attempt go on",
    Verb.ATTEMPT_EXTENDED: "gave an exam attempt more time",
    Verb.INCIDENT_RECORDED: "recorded a technical incident and gave back the time",
    Verb.ATTEMPT_NOTED: "wrote a note about an exam attempt",
    Verb.ATTEMPT_VOIDED: "voided an exam attempt",
    Verb.ATTEMPT_BLOCKED: "met a browser in an exam attempt that did not prove itself",
    Verb.ATTEMPT_UNBLOCKED: "let an exam attempt go on",
    Verb.ACCOMMODATION_GRANTED: "granted an accommodation",
    Verb.ACCOMMODATION_ENDED: "ended an accommodation",
    Verb.EXAM_CONFIGURED: "changed the policy of an exam",
    Verb.RESULT_CHANGED: "moved an exam result to another state",
    Verb.KEY_CHANGED: "confirmed the correction of an exam item's key",
    Verb.APPEAL_OPENED: "appealed against an exam result",
    Verb.APPEAL_ASSIGNED: "gave an appeal to somebody to decide",
    Verb.APPEAL_TAKEN_OVER: "took over an appeal that was with somebody else",
    Verb.APPEAL_DECIDED: "decided an appeal",
    Verb.APPEAL_WITHDRAWN: "withdrew an appeal",
    Verb.CREDENTIAL_IN_DOUBT: "put a certificate on the list of those to be decided about",
    Verb.CREDENTIAL_UPHELD: "decided that a certificate stays valid",
    Verb.MARKING_BEGUN: "laid out written answers for marking",
    Verb.MARKING_TAKEN: "took a written answer to mark",
    Verb.MARKING_RETURNED: "put a written answer back for others to mark",
    Verb.ANSWER_MARKED: "marked a written answer",
    Verb.MARKING_CHANGED: "changed how written answers of an exam are marked",
    Verb.SITTING_ASSIGNED: "assigned a practical sitting",
    Verb.SITTING_OPENED: "opened a practical sitting",
    Verb.SITTING_CANCELLED: "cancelled a practical sitting",
    Verb.SLOT_PUBLISHED: "offered slots for practicals",
    Verb.SLOT_WITHDRAWN: "withdrew a slot for practicals",
    Verb.SITTING_ASKED: "asked an assessor for a practical",
    Verb.SITTING_DECLINED: "declined a request for a practical",
    Verb.SITTING_ASK_WITHDRAWN: "withdrew a request for a practical",
    Verb.SITTING_ASK_LAPSED: "closed a request for a practical that nobody answered in time",
    Verb.CIRCUIT_PLANNED: "turned the plan of a circuit into sittings",
    Verb.SITE_CREATED: "recorded the site of a provider",
    Verb.SITE_ASSESSOR_APPROVED: "approved an assessor for the site of a provider",
    Verb.SITE_ASSESSOR_ENDED: "ended the approval of an assessor for the site of a provider",
    Verb.TRAINEE_PLACED: "placed a trainee at the site of a provider",
    Verb.TRAINEE_PLACEMENT_ENDED: "ended the placement of a trainee at the site of a provider",
    Verb.FIELD_DEVICE_ENROLLED: "enrolled a device for work without a network",
    Verb.FIELD_DEVICE_REVOKED: "revoked a device for work without a network",
    Verb.SITTING_CHECKED_OUT: "took a practical sitting along on a device",
    Verb.SITTING_TAKEN_BACK: "took a practical sitting away from a device",
    Verb.SEAL_RECEIVED: "sent a practical record that a device had sealed",
    Verb.SEAL_DECIDED: "decided about a sealed practical record",
    Verb.PRACTICAL_SIGNED: "signed a practical record",
    Verb.PRACTICAL_CORRECTED: "signed a correction of a practical record",
    Verb.PRACTICAL_ACKNOWLEDGED: "acknowledged a practical record",
    Verb.RUBRIC_VERSION_CREATED: "made a version of a practical rubric",
    Verb.RUBRIC_DRAFT_STARTED: "started a draft of a practical rubric",
    Verb.RUBRIC_DRAFT_REBASED: "set a draft of a rubric against a newer version",
    Verb.RUBRIC_DRAFT_DISCARDED: "discarded a draft of a practical rubric",
    Verb.REMEDIATION_PLANNED: "wrote a remediation plan",
    Verb.REMEDIATION_ANSWERED: "answered a remediation plan as its trainee",
    Verb.REMEDIATION_FOLLOWED_UP: "noted how a remediation plan goes on",
    Verb.REMEDIATION_POSTPONED: "moved the last day of a remediation plan",
    Verb.REMEDIATION_HANDED_OVER: "named another person to follow up a remediation plan",
    Verb.REMEDIATION_CLOSED: "closed a remediation plan",
    Verb.ASSESSOR_QUALIFIED: "qualified an assessor of the practical",
    Verb.ASSESSOR_WITHDRAWN: "withdrew the qualification of an assessor",
    Verb.CONFLICT_ALLOWED: "allowed an assessor in spite of a conflict of interest",
    Verb.CREDENTIAL_ISSUED: "issued a credential",
    Verb.CERTIFICATE_SIGNED: "signed a certificate file",
    Verb.BADGE_SIGNED: "signed a badge",
    Verb.STATUS_LIST_SIGNED: "signed a list of what was taken back",
    Verb.REGISTER_ENTERED: "entered what happened to a certificate in the public log",
    Verb.REGISTER_SIGNED: "signed a checkpoint of the public log",
    Verb.CREDENTIAL_REVOKED: "revoked a credential",
    Verb.CREDENTIAL_SUSPENDED: "suspended a credential",
    Verb.CREDENTIAL_REINSTATED: "put a suspended credential back into force",
    Verb.CREDENTIAL_REISSUED: "issued a credential again with another name",
    Verb.REISSUE_ASKED: "asked that a certificate be issued again with another name",
    Verb.REISSUE_DECLINED: "declined to issue a certificate again",
    Verb.REISSUE_WITHDRAWN: "withdrew a request for a certificate with another name",
    Verb.CERTIFICATE_HELD: "held a certificate back",
    Verb.CERTIFICATE_HOLD_RELEASED: "released a certificate that was held back",
    Verb.CERTIFICATE_DOWNLOADED: "downloaded a certificate",
    Verb.WATCH_BEGUN: "confirmed that an address is told of changes of a certificate",
    Verb.WATCH_ENDED: "ended that an address is told of changes of a certificate",
    Verb.JOB_RETRIED: "started a failed job again",
    Verb.PROPOSAL_MADE: "asked a second person to confirm an act",
    Verb.PROPOSAL_DECIDED: "decided what somebody else proposed, or withdrew their own proposal",
}
