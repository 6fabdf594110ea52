"""Names that have no plainer one, and abbreviations that need no explanation on this site."""

# Left out of the reading grade as one short word: readers must know them by these very names.
TECHNICAL_NAMES = {
    "human embryonic stem cells",
    "induced pluripotent stem cells",
    "hematopoietic stem cells",
    "mesenchymal stem cells",
    "neural stem cells",
    "embryonic stem cells",
    "blastocysts",
    "VA MS Centers of Excellence",
    "Multiple Sclerosis Centers of Excellence",
    "multiple sclerosis",
    "National Institutes of Health",
    "Veterans Crisis Line",
    "Web Content Accessibility Guidelines",
    "Selling Stem Cells in the USA",
    "JavaScript",
}
# The name of the site, at the top of every page, spells these out; or they are names that nobody spells out.
KNOWN_ABBREVIATIONS = {"MS", "MSCoE", "VA", "US", "USA", "AA", "NVDA", "JAWS"}
