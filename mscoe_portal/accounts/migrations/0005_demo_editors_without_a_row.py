"""The demo editors that `make run` made before migration 0002, from the site's first commit on, are marked as such.

No server of deploy/install.sh is so old. But a trial on one's own computer may be, and may have become a real site since
(`move_database`): there their printed passwords would open it. Nobody else is like them: an invitation makes an e-mail
address the user name, and asks for names.
"""

from django.db import migrations

EDITORS = {"author": "Authors", "reviewer": "Clinical reviewers"}


def mark(apps, schema_editor):
    users, demo_editors = apps.get_model("auth", "User"), apps.get_model("accounts", "DemoEditor")
    nameless = {"email": "", "first_name": "", "last_name": "", "is_superuser": False}
    for user in users.objects.filter(username__in=EDITORS, **nameless):
        if [group.name for group in user.groups.all()] == [EDITORS[user.username]]:
            demo_editors.objects.get_or_create(user=user)


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0004_throttle"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [migrations.RunPython(mark, migrations.RunPython.noop)]
