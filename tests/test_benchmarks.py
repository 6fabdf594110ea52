from benchmarks.delivery.servers import granian
from mscoe_portal.management.commands.serve import server_command


def test_the_bench_starts_the_server_as_serve_does():
    python, *serve = server_command("127.0.0.1", 8000, workers=1)
    assert sorted(granian(python, "mscoe_portal.wsgi:application", 8000)) == sorted([python, *serve])
