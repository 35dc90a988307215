"""What beat has done, and when."""

from celery.schedules import crontab

# What a lost message left behind is found again by these (decision 7: the row is the event).
CELERY_BEAT_SCHEDULE = {
    "sweep-certificates": {"task": "cme.certificates.tasks.sweep_certificates", "schedule": 60.0},
    "sweep-events": {"task": "payments.tasks.sweep_events", "schedule": 60.0},
    "sweep-refunds": {"task": "payments.tasks.sweep_refunds", "schedule": 60.0},
    "sweep-customers": {"task": "payments.tasks.sweep_customers", "schedule": 600.0},
    "return-old-gifts": {"task": "payments.tasks.return_old_gifts", "schedule": crontab(hour="4", minute="0")},
    "reconcile": {"task": "payments.tasks.reconcile", "schedule": crontab(minute="7,37")},
    "remind-of-credit": {"task": "cme.claims.tasks.remind_of_credit", "schedule": crontab(hour="9", minute="10")},
    "remind-of-recall": {"task": "courses.recall.tasks.remind_of_recall", "schedule": crontab(hour="9", minute="40")},
    "renew-figures": {"task": "courses.reports.tasks.renew_figures", "schedule": crontab(minute="22")},
    "figures-anew": {
        "task": "courses.reports.tasks.make_figures_anew",
        "schedule": crontab(hour="2", minute="50"),
    },
    "look-at-what-is-live": {
        "task": "courses.faults.tasks.look_at_what_is_live",
        "schedule": crontab(hour="3", minute="10"),
    },
    "sweep-videos": {"task": "courses.videos.tasks.sweep_videos", "schedule": 60.0},
    "sweep-question-imports": {"task": "courses.assessment.tasks.sweep_imports", "schedule": 60.0},
    "sweep-packages": {"task": "escan.packages.tasks.sweep_packages", "schedule": 60.0},
    "sweep-regrades": {"task": "courses.assessment.tasks.sweep_regrades", "schedule": 60.0},
    "sweep-studies": {"task": "imaging.studies.tasks.sweep_studies", "schedule": 60.0},
    "sweep-asked-views": {"task": "imaging.asking.tasks.sweep_asked_views", "schedule": 60.0},
    "sweep-test-sets": {"task": "imaging.testsets.tasks.sweep_test_sets", "schedule": 60.0},
    "sweep-mails": {"task": "accounts.mail.tasks.sweep_mails", "schedule": 60.0},
    "publish-scheduled": {"task": "escan.tasks.publish_scheduled", "schedule": 60.0},
    "forget-old-mails": {"task": "accounts.mail.tasks.forget_old_mails", "schedule": crontab(hour="3", minute="20")},
    "forget-what-is-over": {"task": "escan.tasks.forget_what_is_over", "schedule": crontab(hour="3", minute="40")},
}
