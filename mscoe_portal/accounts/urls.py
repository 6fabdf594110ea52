"""Addresses of sign-in, below the admin's."""

from django.contrib import admin
from django.urls import path

from mscoe_portal.accounts import idle, password_views, views

app_name = "accounts"

urlpatterns = [
    path("session/", idle.session_time, name="session"),
    # Passwords and invitations.
    path("forgotten-password/", password_views.ForgottenPasswordView.as_view(), name="forgotten-password"),
    path("forgotten-password/sent/", password_views.SentView.as_view(), name="forgotten-password-sent"),
    path("new-password/<uidb64>/<token>/", password_views.NewPasswordView.as_view(), name="new-password"),
    path("invitation/<uidb64>/<token>/", password_views.AcceptInvitationView.as_view(), name="accept-invitation"),
    path("invite-again/<int:user_id>/", admin.site.admin_view(password_views.invite_again), name="invite-again"),
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
