"""Numbers of the sources that a page cites, in the order in which its text names them."""

from collections import Counter


class Citations:
    """The references cited while one page renders. The same reference cited twice keeps its number."""

    def __init__(self):
        self._references = {}
        self._places = Counter()

    def cite(self, reference):
        """Return the number (1, 2, …) of `reference` on this page, and how often it has now been cited."""
        self._references.setdefault(reference.pk, reference)
        self._places[reference.pk] += 1
        return list(self._references).index(reference.pk) + 1, self._places[reference.pk]

    def __iter__(self):
        """Yield (number, reference, times it was cited) in order."""
        for number, reference in enumerate(self._references.values(), start=1):
            yield number, reference, self._places[reference.pk]

    def __len__(self):
        return len(self._references)


def citations_of(request):
    """The citations of the page that `request` asks for; made at the first use."""
    return vars(request).setdefault("_stemcells_citations", Citations())
