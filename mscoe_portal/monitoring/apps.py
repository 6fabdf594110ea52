from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MonitoringConfig(AppConfig):
    """What the operator sees: the log, the state of each part, figures for Prometheus, `doctor`."""

    name = "mscoe_portal.monitoring"
    verbose_name = _("Monitoring")

    def ready(self):
        from axes.signals import user_locked_out

        from mscoe_portal.monitoring.lock_outs import count_lock_out

        user_locked_out.connect(count_lock_out)
