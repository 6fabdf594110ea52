"""Addresses of sign-in, below the admin's."""

from django.contrib import admin
from django.urls import path

from mscoe_portal.accounts import idle, views

app_name = "accounts"

urlpatterns = [
    path("session/", idle.session_time, name="session"),
    # The second factor.
    path("your-sign-in/", admin.site.admin_view(views.your_sign_in), name="your-sign-in"),
    path("your-sign-in/code/", admin.site.admin_view(views.SecondFactorView.as_view()), name="second-factor"),
    path(
        "your-sign-in/set-up/",
        admin.site.admin_view(views.after_second_factor(views.SetUpView.as_view())),
        name="set-up",
    ),
    path(
        "your-sign-in/passkey/",
        admin.site.admin_view(views.after_second_factor(views.PasskeyView.as_view())),
        name="passkey",
    ),
    path("your-sign-in/recovery-codes/", admin.site.admin_view(views.recovery_codes), name="recovery-codes"),
    path("your-sign-in/remove/<path:device_id>/", admin.site.admin_view(views.remove), name="remove"),
    path("your-sign-in/of/<int:user_id>/reset/", admin.site.admin_view(views.reset), name="reset-second-factor"),
]
