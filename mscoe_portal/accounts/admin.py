from django.contrib import admin
from django_otp.plugins.otp_static import admin as otp_static
from django_otp.plugins.otp_totp import admin as otp_totp

# Who sees a key can make its codes. Everybody has a page for their own, and a site manager can only take away.
admin.site.unregister([otp_static.StaticDevice, otp_totp.TOTPDevice])
