"""What each kind of job does, for people who look after the site."""

KIND_WORDS = {
    "application.mail": "Mail about an application",
    "certificate.badge": "Make and sign the badge of a certificate",
    "certificate.badge_all": "Find certificates that have no badge yet",
    "certificate.expiry_mail": "Mail to a holder that a certificate ends",
    "certificate.expiry_news": "See once a day which certificates end",
    "certificate.forget_watches": "Forget addresses that need not be told of a certificate any more",
    "certificate.list_revocation": "Put a revoked certificate on the status list",
    "certificate.mail": "Mail that a certificate is there",
    "certificate.render": "Make and sign a certificate",
    "certificate.revocation_mail": "Mail about a revoked certificate",
    "certificate.status_list": "Make and sign new status lists",
    "certificate.status_lists": "Sign all status lists anew before they run out",
    "certificate.watch_asked": "Mail to confirm that an address is told of a certificate",
    "certificate.watch_mail": "Mail to somebody who watches a certificate",
    "certificate.watch_news": "Tell everybody who watches a certificate",
    "credential.consider": "See whether a trainee has earned a certificate",
    "credential.consider_all": "See once a day who has earned a certificate",
    "exams.analyse_changed": "Find exam forms with new results to analyse",
    "exams.analyse_form": "Analyse the answers to an exam form",
    "exams.appeal_mail": "Mail about an appeal",
    "exams.carry_out_import": "Import a file of items that somebody confirmed",
    "exams.clear_unused_pictures": "Clear away uploaded pictures that no item uses",
    "exams.close_overdue": "Close exam attempts whose time is over",
    "exams.count_exposure": "Count how often each exam item was given out",
    "exams.forget_import_files": "Let files of items go that are decided or too old",
    "exams.forget_signals": "Remove what exam rooms noted of browsers once it is old",
    "exams.pack_evidence": "Pack the evidence of an exam in a year",
    "exams.read_import": "Read an uploaded file of items",
    "exams.record_mail": "Mail that the record of a practical was signed",
    "exams.regrade": "Score attempts anew after a key was corrected",
    "exams.release": "Release a batch of exam results",
    "exams.remind": "Remind candidates and invigilators of exam sessions of the next day",
    "exams.result_mail": "Mail that an exam result is out",
    "exams.seat_mail": "Mail to a candidate about a seat in an exam session",
    "exams.seats_mail": "Mail to an invigilator that seats were given or taken back",
    "exams.session_mail": "Mail to an invigilator about an exam session",
    "exams.sitting_mail": "Mail about a planned or cancelled practical",
    "exams.study": "Make a study of the answers to an exam",
    "role.mail": "Mail about a role",
    "sessions.clear": "Remove ended sessions",
}


def words_of(kind: str) -> str:
    """Return a kind in words; one that is not known here keeps its own name."""
    return KIND_WORDS.get(kind, kind)
