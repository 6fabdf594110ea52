"""How far a command is: a bar where somebody watches, else a line for each part."""

from contextlib import contextmanager


@contextmanager
def progress_on(output):
    """Gives `step(name)`, which begins a part and gives the function to call with (done, total).

    `output` is a command's `stdout`.
    """
    if not output.isatty():
        yield lambda name: _line(output, name)
        return
    # Here, since every start of the portal would wait for it.
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    text, percent = TextColumn("{task.description}"), TextColumn("{task.percentage:>3.0f} %")
    with Progress(text, BarColumn(), percent, TimeElapsedColumn(), console=Console(file=output)) as bars:

        def step(name):
            task = bars.add_task(name, total=None)
            return lambda done, total: bars.update(task, completed=done, total=total)

        yield step


def _line(output, name):
    output.write(f"{name} ...")
    output.flush()
    return lambda done, total: None
