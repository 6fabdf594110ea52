"""Running `load_content`, and what is in the database before and after."""

from io import StringIO

from django.apps import apps
from django.core.management import call_command
from django.db import connection

from stemcells.seed import CONTENT_DIR


def load(folder=CONTENT_DIR):
    """Run the command; returns what it printed."""
    output = StringIO()
    call_command("load_content", content_dir=folder, stdout=output)
    return output.getvalue()


def all_rows():
    """Every row of every table."""
    tables = connection.introspection.django_table_names(only_existing=True)
    models = [model for model in apps.get_models() if model._meta.db_table in tables]
    return {model._meta.label: sorted(model._base_manager.values_list(), key=str) for model in models}
